package logrecord

import (
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// extension is that of every log.
const extension = ".log"

// Stamp is the time in the name of a rotated file, as a regular expression.
const Stamp = `-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`

const program = `vf-(record|vad|transcribe|paste|health)`

var (
	rotatedName = regexp.MustCompile(`^` + program +
		`(` + Stamp + `\.log|\.log\.\d{1,4}|\.log-\d{8}(-?\d{1,10})?)(\.gz)?$`)
	liveName = regexp.MustCompile(`^` + program + `\.log$`)
	anyName  = regexp.MustCompile(`\.log(\.\d{1,4})?$`)
)

// RotatedNames matches the names of the programs' old logs, those that logrotate
// has rotated included.
func RotatedNames() *regexp.Regexp { return rotatedName }

// LiveNames matches the names of the logs that the programs write to.
func LiveNames() *regexp.Regexp { return liveName }

// Names matches every name that a log may have, by a program or by logrotate,
// and whatever --log-file calls it.
func Names() *regexp.Regexp { return anyName }

// rotatedPath is the path of a log that is rotated at a time, in lumberjack's form.
func rotatedPath(path string, at time.Time) string {
	extension := filepath.Ext(path)
	return strings.TrimSuffix(path, extension) + "-" + at.UTC().Format("2006-01-02T15-04-05.000") + extension
}
