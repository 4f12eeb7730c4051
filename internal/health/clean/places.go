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
	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/wholefile"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine/models"
	"voiceflow/pkg/paste"
	"voiceflow/pkg/paste/wayland"
)

const (
	// EmptyConfig is the os.CreateTemp pattern for a configuration file without
	// settings.
	EmptyConfig = "voiceflow-config-*.toml"
	// day is longer than any download or conversion pauses between writes.
	day = 24 * time.Hour
)

// Logs covers the programs' rotated logs, including those of logrotate.
func Logs(folder string, age time.Duration, bytes int64) Place {
	return Place{
		Folder: folder, MaxAge: age, MaxBytes: bytes,
		Names: logrecord.RotatedNames().MatchString, Live: logrecord.LiveNames().MatchString,
	}
}

// History covers the rotated files in the folder of the checks' history.
func History(folder string, age time.Duration) Place {
	rotated := regexp.MustCompile(`^[a-z][a-z0-9-]*(` + logrecord.Stamp + `\.jsonl|\.jsonl\.\d{1,4})(\.gz)?$`)
	return Place{Folder: folder, MaxAge: age, Names: rotated.MatchString}
}

// tempNames returns a function that matches the names that os.CreateTemp and
// os.MkdirTemp generate from these patterns.
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

// Temporary covers our files in a folder for temporary files. None is in use for
// minutes, and those of vf-paste, which may contain dictated text, only for
// seconds. They are removed after an hour.
func Temporary(folder string) Place {
	return Place{Folder: folder, MaxAge: time.Hour,
		Names: tempNames(paste.ToolFile, paste.ScreenFile, wayland.KeymapFile, EmptyConfig, preflight.TrialFile)}
}

// Unfinished covers unfinished files in the programs' own folders: new versions of
// the baseline or the configuration.
func Unfinished(folder string) Place {
	current := tempNames(preflight.TrialFile, wholefile.Unfinished)
	earlier := regexp.MustCompile(`^\.(config\.[\w.-]*toml|baseline\.json)\d+$`) // of earlier versions
	return Place{Folder: folder, MaxAge: time.Hour, Names: func(name string) bool {
		return current(name) || earlier.MatchString(name)
	}}
}

// CheckFolders covers the temporary folders of checks, which may run for hours.
func CheckFolders(folder string) Place {
	return Place{Folder: folder, MaxAge: day, Folders: true, Names: tempNames(replay.TempFolder)}
}

// Uploads covers recordings that were sent to a transcription server, whose requests may
// take hours.
func Uploads(folder string) Place {
	return Place{Folder: folder, MaxAge: day, Names: tempNames(endpoint.UploadFile)}
}

// Downloads covers unfinished downloads of models.
func Downloads(folder string, age time.Duration) Place {
	return Place{Folder: folder, MaxAge: max(age, day), Names: models.Unfinished}
}

// Outputs covers unfinished recordings, transcripts and reports, which do not have
// their final names yet.
func Outputs(folder string, age time.Duration) Place {
	current := tempNames(bundle.Unfinished, wholefile.Unfinished)
	// Transcripts of earlier versions.
	earlier := regexp.MustCompile(`.\.(txt|srt|vtt|tsv|csv|lrc|json)\.\d+\.part$`)
	return Place{Folder: folder, MaxAge: max(age, day), Names: func(name string) bool {
		return current(name) || audio.Unfinished(name) || earlier.MatchString(name)
	}}
}
