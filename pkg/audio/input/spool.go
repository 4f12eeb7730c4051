package input

import (
	"errors"
	"fmt"
	"io"
	"os"

	"voiceflow/internal/disk"
)

const (
	spoolStep    = 16 << 20  // bytes copied between two looks at the disk
	spoolReserve = 256 << 20 // bytes left free
)

// spool copies a stream to a temporary file without a name, so that nothing is left
// of it, however the program ends.
func spool(in io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", "voiceflow-*.tmp")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	for err == nil {
		if free, ferr := disk.Free(os.TempDir()); ferr == nil && free < spoolReserve {
			err = fmt.Errorf("the stream does not fit into %s, where less than 256 MB would be left; "+
				"free some space, or set TMPDIR to a larger folder", os.TempDir())
			break
		}
		_, err = io.CopyN(file, in, spoolStep)
	}
	if !errors.Is(err, io.EOF) {
		file.Close()
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}
