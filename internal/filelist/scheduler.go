package filelist

import (
	"errors"
	"fmt"
)

// The variables by which schedulers tell a process which part it is.
const (
	slurmID    = "SLURM_ARRAY_TASK_ID"
	slurmCount = "SLURM_ARRAY_TASK_COUNT"
	slurmMin   = "SLURM_ARRAY_TASK_MIN"
	slurmMax   = "SLURM_ARRAY_TASK_MAX"
	slurmStep  = "SLURM_ARRAY_TASK_STEP"

	kubernetesIndex = "JOB_COMPLETION_INDEX"
	kubernetesCount = "JOB_COMPLETIONS"

	parallelIndex = "PARALLEL_SEQ"
)

// fromScheduler asks the environment for a shard. A count of 0 is unknown. One
// scheduler may start another, as an array's task that runs GNU parallel: then
// nobody but the user knows whose parts the files are.
func fromScheduler(count int, getenv func(string) string) (Shard, error) {
	slurm, kubernetes, parallel := getenv(slurmID) != "", getenv(kubernetesIndex) != "", getenv(parallelIndex) != ""
	switch {
	case slurm && (kubernetes || parallel) || kubernetes && parallel:
		return Shard{}, fmt.Errorf("more than one of %s, %s and %s is set; name the shard itself, such as 2/8",
			slurmID, kubernetesIndex, parallelIndex)
	case slurm:
		return fromSlurm(count, getenv)
	case kubernetes:
		return fromKubernetes(count, getenv)
	case parallel:
		return fromParallel(count, getenv)
	}
	return Shard{}, fmt.Errorf("no scheduler gave this process a part: none of %s, %s and %s is set; name the shard itself, such as 2/8",
		slurmID, kubernetesIndex, parallelIndex)
}

// fromSlurm counts the tasks of an array with even steps. Which part the tasks
// of another one are, such as 1,2,7, they cannot know from their environment.
func fromSlurm(count int, getenv func(string) string) (Shard, error) {
	var id, tasks, first, last, step int
	for _, v := range []struct {
		name  string
		value *int
	}{{slurmID, &id}, {slurmCount, &tasks}, {slurmMin, &first}, {slurmMax, &last}, {slurmStep, &step}} {
		var err error
		if *v.value, err = variable(v.name, getenv); err != nil {
			return Shard{}, fmt.Errorf("%w; name the shard itself, such as $%s/8", err, slurmID)
		}
	}
	switch {
	case tasks < 1 || step < 1 || last != first+(tasks-1)*step:
		return Shard{}, fmt.Errorf("the job array has %d tasks from %d to %d, which are not even steps of %d; use an array such as 1-8",
			tasks, first, last, step)
	case id < first || id > last || (id-first)%step != 0:
		return Shard{}, fmt.Errorf("%s is %d, which is not one of %d to %d in steps of %d", slurmID, id, first, last, step)
	case count != 0 && count != tasks:
		return Shard{}, fmt.Errorf("the job array has %d tasks, not %d; to run single tasks of it again name the shard itself, such as $%s/%d with --array=1-%d",
			tasks, count, slurmID, count, count)
	}
	return Shard{Index: (id-first)/step + 1, Count: tasks}, nil
}

func fromKubernetes(count int, getenv func(string) string) (Shard, error) {
	index, err := variable(kubernetesIndex, getenv)
	if err != nil {
		return Shard{}, err
	}
	if getenv(kubernetesCount) != "" {
		completions, err := variable(kubernetesCount, getenv)
		switch {
		case err != nil:
			return Shard{}, err
		case completions < 1:
			return Shard{}, fmt.Errorf("%s is 0, and must be the Job's completions", kubernetesCount)
		case count != 0 && count != completions:
			return Shard{}, fmt.Errorf("%s is %d, not %d", kubernetesCount, completions, count)
		}
		count = completions
	}
	if count == 0 {
		return Shard{}, fmt.Errorf("the number of shards is unknown; use auto/8, or set %s in the manifest to the Job's completions", kubernetesCount)
	}
	if index >= count {
		return Shard{}, fmt.Errorf("%s is %d, which is not one of 0 to %d", kubernetesIndex, index, count-1)
	}
	return Shard{Index: index + 1, Count: count}, nil
}

func fromParallel(count int, getenv func(string) string) (Shard, error) {
	if count == 0 {
		return Shard{}, errors.New("the number of shards is unknown to GNU parallel; use auto/8")
	}
	index, err := variable(parallelIndex, getenv)
	if err != nil {
		return Shard{}, err
	}
	if index < 1 || index > count {
		return Shard{}, fmt.Errorf("%s is %d, which is not one of 1 to %d; start as many jobs as there are shards", parallelIndex, index, count)
	}
	return Shard{Index: index, Count: count}, nil
}

// variable reads a variable that holds a whole number.
func variable(name string, getenv func(string) string) (int, error) {
	value := getenv(name)
	if value == "" {
		return 0, fmt.Errorf("%s is not set", name)
	}
	n, err := natural(value)
	if err != nil {
		return 0, fmt.Errorf("%s %q %w", name, value, err)
	}
	return n, nil
}
