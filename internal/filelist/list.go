package filelist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/openfile"
)

// maxName is the maximum length of a name in a list, in bytes. It is the longest
// path that Linux can open.
const maxName = 4096

// list adds the names in a file, each ended by the byte end.
func (f *finder) list(path string, end byte, stdin io.Reader) error {
	var in io.Reader
	switch path {
	case "":
		return nil
	case "-":
		path, in = "standard input", stdin
	default:
		file, err := openfile.Stream(path)
		if err != nil {
			return fmt.Errorf("list of files: %w", err)
		}
		defer file.Close()
		in = file
	}
	if err := f.entries(bufio.NewReaderSize(in, maxName+1), end); err != nil {
		return fmt.Errorf("list of files in %s: %w", path, err)
	}
	return nil
}

// entries adds the names from in, whose buffer must hold maxName bytes and the end
// byte.
func (f *finder) entries(in *bufio.Reader, end byte) error {
	for n := 1; ; n++ {
		entry, err := in.ReadSlice(end)
		if errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("name %d is longer than %d bytes: not a list of names%s", n, maxName, hint(entry, end))
		}
		if err != nil && err != io.EOF {
			return err
		}
		name, ended := bytes.CutSuffix(entry, []byte{end})
		if end == '\n' {
			name = bytes.TrimSuffix(name, []byte("\r"))
		}
		if end == '\n' && n == 1 {
			name = bytes.TrimPrefix(name, []byte("\uFEFF")) // byte order mark of Windows editors
		}
		if bytes.IndexByte(name, 0) >= 0 || end == 0 && !ended && bytes.IndexByte(name, '\n') >= 0 {
			return fmt.Errorf("name %d contains the separator of the other list format%s", n, hint(entry, end))
		}
		if blank := end == '\n' && strings.TrimSpace(string(name)) == ""; len(name) > 0 && !blank {
			f.add(File{Name: string(name)})
		}
		if err == io.EOF {
			return nil
		}
	}
}

// hint suggests the flag for the other list format if the entry looks like it.
func hint(entry []byte, end byte) string {
	switch {
	case end == '\n' && bytes.IndexByte(entry, 0) >= 0:
		return "; if names end in NUL, as from find -print0, use --files0-from"
	case end == 0 && bytes.IndexByte(entry, '\n') >= 0:
		return "; if there is one name per line, use --files-from"
	}
	return ""
}
