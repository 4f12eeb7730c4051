package bundle

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"voiceflow/internal/openfile"
)

// linesFile is a filtered file of JSON lines.
type linesFile struct {
	data    []byte
	passed  int // lines kept
	old     int // lines left out: before the requested time
	foreign int // lines left out: not records
	tooMany int // lines left out: the oldest, beyond the size limit
}

// maxLine bounds a line, in bytes; longer lines are left out.
const maxLine = 1 << 20

// lines filters a file of JSON lines and keeps the newest ones, up to the given
// number of bytes.
func (r redactor) lines(path string, kinds map[string]fieldKind, since time.Time, most int) (linesFile, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return linesFile{}, err
	}
	defer f.Close()
	var out linesFile
	var kept [][]byte
	size := 0
	in := bufio.NewReaderSize(f, 64<<10)
	for {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return linesFile{}, fmt.Errorf("%s: %w", path, err)
		}
		safe, old := r.line(line, kinds, since)
		switch {
		case old:
			out.old++
			continue
		case safe == nil:
			out.foreign++
			continue
		}
		kept, size = append(kept, safe), size+len(safe)
		for size > most && len(kept) > 0 {
			size -= len(kept[0])
			kept = kept[1:]
			out.tooMany++
		}
	}
	for _, line := range kept {
		out.data = append(out.data, line...)
	}
	out.passed = len(kept)
	return out, nil
}

// readLine reads a line; if it is too long, the result is not valid JSON.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxLine {
			line = append(line[:0], '!') // no longer an object
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// line filters a line. safe is nil if the line is not an object with a time, or if
// it is old: before since.
func (r redactor) line(line []byte, kinds map[string]fieldKind, since time.Time) (safe []byte, old bool) {
	dec := json.NewDecoder(strings.NewReader(string(line)))
	dec.UseNumber()
	var object map[string]any
	if err := dec.Decode(&object); err != nil {
		return nil, false
	}
	s, _ := object["time"].(string)
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil, false
	}
	if at.Before(since) {
		return nil, true
	}
	safe, err = json.Marshal(r.fields(object, kinds))
	if err != nil {
		return nil, false
	}
	return append(safe, '\n'), false
}
