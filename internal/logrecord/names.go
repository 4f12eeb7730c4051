package logrecord

import (
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// extension is the file name extension of all logs.
const extension = ".log"

// Stamp is a regular expression for the time in the name of a rotated log.
const Stamp = `-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`

const program = `vf-(record|vad|transcribe|paste|health)`

var (
	rotatedName = regexp.MustCompile(`^` + program +
		`(` + Stamp + `\.log|\.log\.\d{1,4}|\.log-\d{8}(-?\d{1,10})?)(\.gz)?$`)
	liveName = regexp.MustCompile(`^` + program + `\.log$`)
	anyName  = regexp.MustCompile(`\.log(\.\d{1,4})?$`)
)

// RotatedNames matches the names of the programs' rotated logs, whether a program
// or logrotate rotated them.
func RotatedNames() *regexp.Regexp { return rotatedName }

// LiveNames matches the default names of the logs that programs write to.
func LiveNames() *regexp.Regexp { return liveName }

// Names matches every name that a log may have, including custom names set by
// --log-file and those rotated by logrotate.
func Names() *regexp.Regexp { return anyName }

// rotatedStamp is the time in the name of a log that a program has rotated, in UTC.
const rotatedStamp = "2006-01-02T15-04-05.000"

// rotatedPath returns the path of a log rotated at a given time.
func rotatedPath(path string, at time.Time) string {
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + "-" + at.UTC().Format(rotatedStamp) + extension
}
