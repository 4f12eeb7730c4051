package filelist

import (
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strconv"
	"strings"
)

// Shard is one share of Count shares of any list of names. The zero Shard is
// the whole.
type Shard struct {
	Index int // from 1
	Count int
}

// String is the shard as ParseShard reads it.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// Has tells whether a name belongs to the shard. Each name belongs to exactly
// one shard of a Count, whichever other names there are and in whatever order.
// So every machine must call a file by the same name: data/a.wav and ./data/a.wav
// are the same, data/a.wav and /mnt/data/a.wav are two.
//
// A name's shard is its 64-bit FNV-1a hash, after filepath.Clean and with
// slashes, mixed by the last step of MurmurHash3 and taken modulo Count: the low
// bits of FNV alone depend on the low bits of the name's bytes only. This will
// not change, so that the shards of a run that was broken off stay the same.
func (s Shard) Has(name string) bool {
	if s.Count <= 1 {
		return true
	}
	h := fnv.New64a()
	h.Write([]byte(filepath.ToSlash(filepath.Clean(name))))
	return mix(h.Sum64())%uint64(s.Count) == uint64(s.Index-1)
}

// mix makes every bit depend on every bit (MurmurHash3's fmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// ParseShard reads a shard: "2/8", or "auto" or "auto/8" for the one that a
// scheduler gave to this process. That is the one of
//
//   - a Slurm job array, by SLURM_ARRAY_TASK_ID, _COUNT, _MIN, _MAX and _STEP;
//   - an indexed Job of Kubernetes, by JOB_COMPLETION_INDEX, with the count
//     from JOB_COMPLETIONS, which the Job's manifest has to set, or from auto/8;
//   - GNU parallel, by PARALLEL_SEQ, with the count from auto/8.
//
// More than one of them is an error. Where the scheduler and auto/8 both know the count they must agree: of an
// array of which only one task is run again, Slurm says that it has one task.
//
// getenv is os.Getenv; it gives "" for what is not set. Every error says what
// is wrong with which part.
func ParseShard(s string, getenv func(string) string) (Shard, error) {
	index, of, hasCount := strings.Cut(s, "/")
	count := 0 // not known yet
	if hasCount {
		var err error
		if count, err = positive(of); err != nil {
			return Shard{}, fmt.Errorf("shard %q: the number of shards %q %w", s, of, err)
		}
	}
	var shard Shard
	var err error
	switch {
	case index == "auto":
		shard, err = fromScheduler(count, getenv)
	case !hasCount:
		err = errors.New("use INDEX/COUNT such as 2/8, or auto or auto/8 in a job of a scheduler")
	default:
		shard, err = numbered(index, count)
	}
	if err != nil {
		return Shard{}, fmt.Errorf("shard %q: %w", s, err)
	}
	return shard, nil
}

func numbered(index string, count int) (Shard, error) {
	i, err := positive(index)
	if err != nil {
		return Shard{}, fmt.Errorf("the index %q %w", index, err)
	}
	if i > count {
		return Shard{}, fmt.Errorf("there is no shard %d of %d; the first is 1 and the last %d", i, count, count)
	}
	return Shard{Index: i, Count: count}, nil
}

func positive(s string) (int, error) {
	n, err := natural(s)
	if err == nil && n == 0 {
		err = errors.New("must be 1 or more")
	}
	return n, err
}

// natural reads digits alone. The bound keeps sums and products in range.
func natural(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, errors.New("is not a whole number, or too large")
	}
	return int(n), nil
}
