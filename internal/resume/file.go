package resume

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"voiceflow/internal/openfile"
	"voiceflow/pkg/engine"
)

// Extension is that of the files.
const Extension = ".partial"

// format identifies the files, and prefix is how all versions of them begin.
const (
	format = "voiceflow-partial-1"
	prefix = `{"format":"voiceflow-partial-`
)

// maxSize is the largest file that is read, in bytes. An hour of speech takes about 2 MB.
const maxSize = 512 << 20

// stored is the contents of a file.
type stored struct {
	Format   string   `json:"format"`
	Identity Identity `json:"identity"`
	Windows  []entry  `json:"windows"`
}

// entry is a decoded window.
type entry struct {
	Sound  string          `json:"sound"` // a Key
	End    float64         `json:"end"`   // of its speech, in seconds of the recording
	Result json.RawMessage `json:"result"`
}

// read returns the contents of a file of this user.
func read(path string) ([]byte, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !openfile.OwnedHere(info):
		return nil, fmt.Errorf("%s belongs to another user; remove or rename it", path)
	case info.Size() > maxSize:
		return nil, fmt.Errorf("%s is larger than %d bytes; remove or rename it", path, maxSize)
	}
	return io.ReadAll(io.LimitReader(f, maxSize))
}

func decode(data []byte) (*engine.Result, error) {
	var result engine.Result
	err := json.Unmarshal(data, &result)
	if err == nil && result.Result == nil {
		err = errors.New("not a result")
	}
	return &result, err
}
