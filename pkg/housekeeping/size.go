package housekeeping

import (
	"fmt"
	"strconv"
	"strings"
)

// units are those of sizes, in bytes.
var units = map[string]float64{
	"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12,
}

// ParseSize reads a number of bytes such as 100MB, 1.5 GiB or 4096. It is not
// negative and below 2^53.
func ParseSize(s string) (int64, error) {
	wrong := fmt.Errorf("size %q: use a number with a unit, such as 100MB or 1.5GiB", s)
	text := strings.ToLower(strings.TrimSpace(s))
	digits := len(text) - len(strings.TrimLeft(text, "0123456789."))
	unit, known := units[strings.TrimSpace(text[digits:])]
	n, err := strconv.ParseFloat(text[:digits], 64)
	if !known || err != nil || n*unit >= 1<<53 {
		return 0, wrong
	}
	return int64(n * unit), nil
}
