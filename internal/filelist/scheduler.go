package filelist

import (
	"errors"
	"fmt"
)

// Variables by which schedulers assign a part of the work to a process.
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

// fromScheduler reads the shard from the environment. A count of 0 means unknown.
// One scheduler may run inside another, such as GNU parallel in a task of a Slurm
// array. Then only the user can say which one splits the files.
func fromScheduler(count int, getenv func(string) string) (Shard, error) {
	slurm, kubernetes, parallel := getenv(slurmID) != "", getenv(kubernetesIndex) != "", getenv(parallelIndex) != ""
	switch {
	case slurm && (kubernetes || parallel) || kubernetes && parallel:
		return Shard{}, fmt.Errorf("more than one of %s, %s and %s is set; give the shard explicitly, such as 2/8",
			slurmID, kubernetesIndex, parallelIndex)
	case slurm:
		return fromSlurm(count, getenv)
	case kubernetes:
		return fromKubernetes(count, getenv)
	case parallel:
		return fromParallel(count, getenv)
	}
	return Shard{}, fmt.Errorf("not running under a supported scheduler: none of %s, %s and %s is set; "+
		"give the shard explicitly, such as 2/8", slurmID, kubernetesIndex, parallelIndex)
}

// fromSlurm supports arrays with even steps only. In another array, such as 1,2,7,
// a task's environment does not tell which part it is.
func fromSlurm(count int, getenv func(string) string) (Shard, error) {
	var id, tasks, first, last, step int
	for _, v := range []struct {
		name  string
		value *int
	}{{slurmID, &id}, {slurmCount, &tasks}, {slurmMin, &first}, {slurmMax, &last}, {slurmStep, &step}} {
		var err error
		if *v.value, err = variable(v.name, getenv); err != nil {
			return Shard{}, fmt.Errorf("%w; give the shard explicitly, such as $%s/8", err, slurmID)
		}
	}
	switch {
	case tasks < 1 || step < 1 || last != first+(tasks-1)*step:
		return Shard{}, fmt.Errorf("the job array has %d tasks from %d to %d, which are not evenly spaced by %d; "+
			"use an array such as 1-8", tasks, first, last, step)
	case id < first || id > last || (id-first)%step != 0:
		return Shard{}, fmt.Errorf("%s is %d, but must be from %d to %d in steps of %d", slurmID, id, first, last, step)
	case count != 0 && count != tasks:
		return Shard{}, fmt.Errorf("the job array has %d tasks, not %d; to run single tasks again, "+
			"give the shard explicitly, such as $%s/%d with --array=1-%d", tasks, count, slurmID, count, count)
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
			return Shard{}, fmt.Errorf("%s is 0, but must be the Job's completions", kubernetesCount)
		case count != 0 && count != completions:
			return Shard{}, fmt.Errorf("%s is %d, not %d", kubernetesCount, completions, count)
		}
		count = completions
	}
	if count == 0 {
		return Shard{}, fmt.Errorf("the number of shards is unknown; use auto/8, "+
			"or set %s in the manifest to the Job's completions", kubernetesCount)
	}
	if index >= count {
		return Shard{}, fmt.Errorf("%s is %d, but must be from 0 to %d", kubernetesIndex, index, count-1)
	}
	return Shard{Index: index + 1, Count: count}, nil
}

func fromParallel(count int, getenv func(string) string) (Shard, error) {
	if count == 0 {
		return Shard{}, errors.New("GNU parallel does not set the number of shards; use auto/8")
	}
	index, err := variable(parallelIndex, getenv)
	if err != nil {
		return Shard{}, err
	}
	if index < 1 || index > count {
		return Shard{}, fmt.Errorf("%s is %d, but must be from 1 to %d; start as many jobs as there are shards",
			parallelIndex, index, count)
	}
	return Shard{Index: index, Count: count}, nil
}

// variable reads an environment variable that must be a whole number.
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
