package filelist_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"voiceflow/internal/filelist"
)

// environ returns a getenv function for NAME=VALUE words.
func environ(words string) func(string) string {
	return func(name string) string {
		for word := range strings.FieldsSeq(words) {
			if value, ok := strings.CutPrefix(word, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

// array returns the environment of one task of a Slurm job array.
func array(id, count, first, last, step int) string {
	return fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d SLURM_ARRAY_TASK_COUNT=%d SLURM_ARRAY_TASK_MIN=%d SLURM_ARRAY_TASK_MAX=%d SLURM_ARRAY_TASK_STEP=%d",
		id, count, first, last, step)
}

func TestParseShard(t *testing.T) {
	tests := []struct {
		s, env       string
		index, count int
	}{
		{"1/1", "", 1, 1},
		{"2/8", array(3, 4, 1, 4, 1), 2, 8}, // an explicit shard overrides the scheduler
		{"08/08", "", 8, 8},
		{"auto", array(0, 4, 0, 3, 1), 1, 4},
		{"auto", array(4, 4, 1, 4, 1), 4, 4},
		{"auto", array(20, 3, 10, 20, 5), 3, 3},
		{"auto", "JOB_COMPLETION_INDEX=3 JOB_COMPLETIONS=4", 4, 4},
		{"auto/4", "JOB_COMPLETION_INDEX=3 JOB_COMPLETIONS=4", 4, 4},
		{"auto/4", "PARALLEL_SEQ=4", 4, 4},
	}
	for _, test := range tests {
		got, err := filelist.ParseShard(test.s, environ(test.env))
		if want := (filelist.Shard{Index: test.index, Count: test.count}); err != nil || got != want {
			t.Errorf("%q with %q: %v, %v, want %v", test.s, test.env, got, err, want)
		}
	}
}

func TestParseShardErrors(t *testing.T) {
	tests := []struct{ s, env, want string }{
		{"", "", `shard "": use INDEX/COUNT`},
		{"3", "", "use INDEX/COUNT"},
		{"0/4", "", `the index "0" must be 1 or more`},
		{"5/4", "", "there is no shard 5 of 4; the first is 1 and the last 4"},
		{"1/0", "", `the number of shards "0" must be 1 or more`},
		{"+1/4", "", `the index "+1" is not a whole number`},
		{"1/ 4", "", `the number of shards " 4" is not a whole number`},
		{"-1/4", "", "not a whole number"},
		{"1/4/2", "", `the number of shards "4/2" is not`},
		{"1/99999999999999999999", "", "too large"},
		{"Auto/4", "", `the index "Auto"`},
		{"auto/0", "PARALLEL_SEQ=1", "must be 1 or more"},
		{"auto/", "PARALLEL_SEQ=1", `the number of shards "" is not`},
		{"auto/4", array(1, 4, 1, 4, 1) + " PARALLEL_SEQ=3", "more than one of SLURM_ARRAY_TASK_ID"},
		{"auto/4", "JOB_COMPLETION_INDEX=0 PARALLEL_SEQ=3", "more than one of SLURM_ARRAY_TASK_ID"},
		{"auto", "", "not running under a supported scheduler: none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and PARALLEL_SEQ is set"},
		{"auto/4", "SLURM_JOB_ID=7", "not running under a supported scheduler"},

		{"auto", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT is not set; give the shard explicitly"},
		{"auto/4", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4", "SLURM_ARRAY_TASK_MIN is not set"},
		{"auto", "SLURM_ARRAY_TASK_ID=x", `SLURM_ARRAY_TASK_ID "x" is not a whole number`},
		{"auto", array(7, 3, 1, 7, 1), "3 tasks from 1 to 7, which are not evenly spaced by 1"},
		{"auto", array(1, 1, 1, 1, 0), "not evenly spaced by 0"},
		{"auto", array(5, 4, 1, 4, 1), "SLURM_ARRAY_TASK_ID is 5, but must be from 1 to 4"},
		{"auto", array(2, 3, 1, 5, 2), "SLURM_ARRAY_TASK_ID is 2, but must be from 1 to 5 in steps of 2"},
		{"auto/8", array(3, 1, 3, 3, 1), "the job array has 1 tasks, not 8; to run single tasks again, give the shard explicitly, such as $SLURM_ARRAY_TASK_ID/8 with --array=1-8"},

		{"auto", "JOB_COMPLETION_INDEX=0", "the number of shards is unknown; use auto/8, or set JOB_COMPLETIONS"},
		{"auto/4", "JOB_COMPLETION_INDEX=4", "JOB_COMPLETION_INDEX is 4, but must be from 0 to 3"},
		{"auto/4", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=5", "JOB_COMPLETIONS is 5, not 4"},
		{"auto", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=0", "JOB_COMPLETIONS is 0"},
		{"auto", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=many", `JOB_COMPLETIONS "many" is not`},
		{"auto/4", "JOB_COMPLETION_INDEX=-1", "is not a whole number"},

		{"auto", "PARALLEL_SEQ=1", "GNU parallel does not set the number of shards; use auto/8"},
		{"auto/4", "PARALLEL_SEQ=5", "PARALLEL_SEQ is 5, but must be from 1 to 4"},
		{"auto/4", "PARALLEL_SEQ=0", "PARALLEL_SEQ is 0"},
		{"auto/4", "PARALLEL_SEQ=?", `PARALLEL_SEQ "?" is not`},
	}
	for _, test := range tests {
		got, err := filelist.ParseShard(test.s, environ(test.env))
		if err == nil || !strings.Contains(err.Error(), test.want) || got != (filelist.Shard{}) {
			t.Errorf("%q with %q: %v, error %v, want %q in it", test.s, test.env, got, err, test.want)
		}
	}
}

func TestShardSpelling(t *testing.T) {
	shards := []filelist.Shard{{Index: 1, Count: 3}, {Index: 2, Count: 3}, {Index: 3, Count: 3}}
	for _, s := range shards {
		if s.Has("talks/a.wav") != s.Has("./talks//x/../a.wav") {
			t.Errorf("shard %v: two spellings of a name differ", s)
		}
	}
	if whole := (filelist.Shard{}); !whole.Has("a.wav") {
		t.Error("the zero shard does not have all names")
	}
}

// TestShardStays checks that shards do not change between versions, so that an
// aborted run can continue.
func TestShardStays(t *testing.T) {
	for name, want := range map[string]int{"a.wav": 2, "b.wav": 7, "talks/c.mp3": 6, "größe.wav": 7} {
		if got := shardOf(name, 8); !slices.Equal(got, []int{want}) {
			t.Errorf("%s is in the shards %v, not in %d", name, got, want)
		}
	}
}

func TestShardsAreEven(t *testing.T) {
	for kind, pattern := range map[string]string{
		"numbered": "talks/%d.wav", "padded": "/data/2024/rec-%06d.flac", "folders": "%d/audio.wav", "hundreds": "talks/%d00.wav",
	} {
		for _, count := range []int{2, 7, 8} {
			sizes := make([]int, count)
			for i := range 1000 {
				sizes[shardOf(fmt.Sprintf(pattern, i), count)[0]-1]++
			}
			// For a random hash, 30 % is more than three standard deviations. The names
			// are fixed, so the result is, too.
			mean := 1000 / count
			if low, high := slices.Min(sizes), slices.Max(sizes); low < mean*7/10 || high > mean*13/10 {
				t.Errorf("%s names over %d shards: %v", kind, count, sizes)
			}
		}
	}
}

// shardOf returns the shards, out of count, that have a name.
func shardOf(name string, count int) []int {
	var found []int
	for i := 1; i <= count; i++ {
		if (filelist.Shard{Index: i, Count: count}).Has(name) {
			found = append(found, i)
		}
	}
	return found
}

func FuzzShards(f *testing.F) {
	f.Add("a.wav", uint8(8))
	f.Add("", uint8(1))
	f.Add("../\xff/\x00", uint8(255))
	f.Fuzz(func(t *testing.T, name string, count uint8) {
		if count == 0 {
			t.Skip("the number of shards must not be 0")
		}
		found := shardOf(name, int(count))
		if len(found) != 1 {
			t.Fatalf("%q is in the shards %v of %d", name, found, count)
		}
		s := filelist.Shard{Index: found[0], Count: int(count)}
		if back, err := filelist.ParseShard(s.String(), nil); err != nil || back != s {
			t.Errorf("%v is read back as %v, %v", s, back, err)
		}
	})
}
