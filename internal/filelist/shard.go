package filelist

import (
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strconv"
	"strings"
)

// Shard is one of Count parts of a list of names. The zero Shard is the whole list.
type Shard struct {
	Index int // 1 to Count
	Count int
}

// String returns the shard in the form that ParseShard reads.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// Has reports whether a name belongs to the shard. For a given Count, each name
// belongs to exactly one shard, independently of the other names and their order.
// All machines must use the same name for a file: data/a.wav and ./data/a.wav are
// the same, but data/a.wav and /mnt/data/a.wav are not.
//
// The shard is the 64-bit FNV-1a hash of the name, after filepath.Clean and with
// forward slashes, mixed by the last step of MurmurHash3 and taken modulo Count.
// Without mixing, the low bits of FNV depend only on the low bits of the name's
// bytes. The method must never change, so that an aborted run can continue with the
// same shards.
func (s Shard) Has(name string) bool {
	if s.Count <= 1 {
		return true
	}
	h := fnv.New64a()
	h.Write([]byte(filepath.ToSlash(filepath.Clean(name))))
	return mix(h.Sum64())%uint64(s.Count) == uint64(s.Index-1)
}

// mix makes every bit of the result depend on every bit of x (fmix64 of
// MurmurHash3).
func mix(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// ParseShard parses a shard: "2/8", or "auto" or "auto/8" for the one assigned by a
// scheduler. Supported schedulers are
//
//   - Slurm job arrays, with SLURM_ARRAY_TASK_ID, _COUNT, _MIN, _MAX and _STEP;
//   - indexed Jobs of Kubernetes, with JOB_COMPLETION_INDEX and the count from
//     JOB_COMPLETIONS, which the Job's manifest must set, or from auto/8;
//   - GNU parallel, with PARALLEL_SEQ and the count from auto/8.
//
// It is an error if there are several. If the scheduler sets the count, it must
// equal the one in auto/8: when a single task of an array is run again, Slurm
// reports an array of one task.
//
// getenv is like os.Getenv and returns "" for unset variables. Errors name the
// part that is wrong.
func ParseShard(s string, getenv func(string) string) (Shard, error) {
	index, of, hasCount := strings.Cut(s, "/")
	count := 0 // unknown so far
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
		err = errors.New("use INDEX/COUNT such as 2/8, or auto or auto/8 under a scheduler")
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

// natural parses digits only. The limit of 31 bits keeps sums and products in range.
func natural(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, errors.New("is not a whole number or is too large")
	}
	return int(n), nil
}
