package clean

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/health/bundle"
	"voiceflow/internal/health/preflight"
	"voiceflow/internal/health/replay"
	"voiceflow/internal/logrecord"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/paste"
	"voiceflow/pkg/paste/wayland"
)

const (
	// EmptyConfig is the name, as for os.CreateTemp, of a configuration file without
	// settings.
	EmptyConfig = "voiceflow-config-*.toml"
	// A day is more than any download or conversion takes between two writes.
	day = 24 * time.Hour
)

// Logs are the programs' logs: their own rotations, and logrotate's.
func Logs(folder string, age time.Duration, bytes int64) Place {
	return Place{
		Folder: folder, MaxAge: age, MaxBytes: bytes,
		Names: logrecord.RotatedNames().MatchString, Live: logrecord.LiveNames().MatchString,
	}
}

// History is the folder of the checks' results: what was rotated goes by age.
func History(folder string, age time.Duration) Place {
	return Place{Folder: folder, MaxAge: age, Names: regexp.MustCompile(`^[a-z][a-z0-9-]*(` + logrecord.Stamp + `\.jsonl|\.jsonl\.\d{1,4})(\.gz)?$`).MatchString}
}

// tempNames matches what os.CreateTemp and os.MkdirTemp make of these patterns.
func tempNames(patterns ...string) func(name string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			before, after, _ := strings.Cut(pattern, "*")
			random, isStart := strings.CutPrefix(name, before)
			random, isEnd := strings.CutSuffix(random, after)
			return isStart && isEnd && random != "" && strings.Trim(random, "0123456789") == ""
		})
	}
}

// Temporary is a folder for temporary files. Those of vf-paste may hold what was
// dictated and live for seconds, and none lives for minutes: they go after an
// hour.
func Temporary(folder string) Place {
	return Place{Folder: folder, MaxAge: time.Hour,
		Names: tempNames(paste.ToolFile, paste.ScreenFile, wayland.KeymapFile, EmptyConfig, preflight.TrialFile)}
}

// Unfinished is a folder of the programs' own: files that were to take the place
// of the baseline or the configuration.
func Unfinished(folder string) Place {
	current := tempNames(preflight.TrialFile, wholefile.Unfinished)
	earlier := regexp.MustCompile(`^\.(config\.[\w.-]*toml|baseline\.json)\d+$`) // versions'
	return Place{Folder: folder, MaxAge: time.Hour, Names: func(name string) bool { return current(name) || earlier.MatchString(name) }}
}

// Workshops are the folders that a check, which may take hours, works in.
func Workshops(folder string) Place {
	return Place{Folder: folder, MaxAge: day, Folders: true, Names: tempNames(replay.Workshop)}
}

// Downloads are the models that were begun and never finished.
func Downloads(folder string, age time.Duration) Place {
	return Place{Folder: folder, MaxAge: max(age, day), Names: models.Unfinished}
}

// Outputs is a folder that recordings, transcripts or reports were written to:
// what has not got its name yet.
func Outputs(folder string, age time.Duration) Place {
	current := tempNames(bundle.Unfinished, wholefile.Unfinished)
	earlier := regexp.MustCompile(`.\.(txt|srt|vtt|tsv|csv|lrc|json)\.\d+\.part$`) // versions' transcripts
	return Place{Folder: folder, MaxAge: max(age, day), Names: func(name string) bool {
		return current(name) || audio.Unfinished(name) || earlier.MatchString(name)
	}}
}
