package filelist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxName is the longest name in a list, in bytes, that is believed to be one;
// it is the longest that Linux opens.
const maxName = 4096

// list adds the names in a file, which are parted by the byte end.
func (f *finder) list(path string, end byte, stdin io.Reader) error {
	var in io.Reader
	switch path {
	case "":
		return nil
	case "-":
		path, in = "standard input", stdin
	default:
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("the list of files: %w", err)
		}
		defer file.Close()
		in = file
	}
	if err := f.entries(bufio.NewReaderSize(in, maxName+1), end); err != nil {
		return fmt.Errorf("the list of files in %s: %w", path, err)
	}
	return nil
}

// entries adds names from in, whose buffer is that of the longest name and its
// end.
func (f *finder) entries(in *bufio.Reader, end byte) error {
	for n := 1; ; n++ {
		entry, err := in.ReadSlice(end)
		if errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("name %d is longer than %d bytes: this is no list of names%s", n, maxName, hint(entry, end))
		}
		if err != nil && err != io.EOF {
			return err
		}
		name, ended := bytes.CutSuffix(entry, []byte{end})
		if end == '\n' {
			name = bytes.TrimSuffix(name, []byte("\r"))
		}
		if end == '\n' && n == 1 {
			name = bytes.TrimPrefix(name, []byte("\uFEFF")) // as editors on Windows write it
		}
		if bytes.IndexByte(name, 0) >= 0 || end == 0 && !ended && bytes.IndexByte(name, '\n') >= 0 {
			return fmt.Errorf("name %d holds what ends names in other lists%s", n, hint(entry, end))
		}
		if blank := end == '\n' && strings.TrimSpace(string(name)) == ""; len(name) > 0 && !blank {
			f.add(File{Name: string(name)})
		}
		if err == io.EOF {
			return nil
		}
	}
}

// hint says which kind of list it may be instead.
func hint(entry []byte, end byte) string {
	switch {
	case end == '\n' && bytes.IndexByte(entry, 0) >= 0:
		return "; if NUL ends its names, as of find -print0, it is one for --files0-from"
	case end == 0 && bytes.IndexByte(entry, '\n') >= 0:
		return "; if it has a name a line, it is one for --files-from"
	}
	return ""
}
