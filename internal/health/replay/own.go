package replay

import "time"

// ownTime separates the time that processes need from the time they wait for busy
// processors.
type ownTime struct {
	before  map[int32]map[string]threadTime // by process, at the last reading
	last    time.Time                       // time of the last reading
	started bool
}

// read returns how much of the time since begin, or since the last reading if
// that is later, the processes would have needed on an idle machine. It takes the
// larger of two lower bounds: the running time of the busiest thread of each
// process (the others wait for it or run in parallel), and the time less all
// waiting of all threads, which it also returns as least. Only threads that spin
// while they wait for a thread without a processor can make it too large.
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
		return took, took // there is no earlier reading
	}
	least = max(0, took-waited)
	return min(took, max(ran, least)), least
}
