package replay

import "time"

// ownTime tells the time that a program needs from the time that it waits for
// processors which others have.
type ownTime struct {
	before  map[int32]map[string]threadTime // of each process
	last    time.Time                       // of the last reading
	started bool
}

// read returns how much of the time since begin, or since the last reading if
// that is later, the processes would have taken without others. It lies between
// two bounds: what the busiest thread of each process ran (the others wait for
// it, or work beside it), and the time without what all threads together
// waited. Either can be too small, never too large but for what threads spin
// while they wait for one that was stopped; the larger of both counts.
func (o *ownTime) read(pids []int32, begin, now time.Time) (own, least time.Duration) {
	if o.last.After(begin) {
		begin = o.last
	}
	took := now.Sub(begin)
	var ran, waited time.Duration
	next := map[int32]map[string]threadTime{}
	for _, pid := range pids {
		next[pid] = threadTimes(pid)
		busiest := time.Duration(0)
		for thread, t := range next[pid] {
			old := o.before[pid][thread]
			busiest = max(busiest, t.ran-old.ran)
			waited += t.waited - old.waited
		}
		ran += busiest
	}
	first := !o.started
	o.before, o.last, o.started = next, now, true
	if first {
		return took, took // what was before is unknown
	}
	least = max(0, took-waited)
	return min(took, max(ran, least)), least
}
