package resume

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"voiceflow/internal/openfile"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/engine/align"
)

// Identity is what a transcript depends on.
type Identity struct {
	Recording File `json:"recording"`
	Run
}

// Run is what all transcripts of a run depend on.
type Run struct {
	Versions string            `json:"versions"` // of VoiceFlow and libwhisper
	Model    string            `json:"model"`    // its name
	Weights  File              `json:"weights"`  // the zero value if a server has them
	Device   string            `json:"device"`
	Settings map[string]string `json:"settings"` // by the names of the flags, roughly
}

// File identifies the contents of a file.
type File struct {
	Size     int64  `json:"size"`     // bytes
	Modified int64  `json:"modified"` // nanoseconds since 1970; 0 if it does not matter
	Hash     string `json:"hash"`     // of its beginning and its end
}

// hashedPart is how much of a file's beginning and of its end is hashed, in bytes.
const hashedPart = 64 << 10

// FileAt identifies a regular file.
func FileAt(path string) (File, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	sum := sha256.New()
	for _, from := range []int64{0, max(info.Size()-hashedPart, 0)} {
		if _, err := io.Copy(sum, io.NewSectionReader(f, from, hashedPart)); err != nil {
			return File{}, err
		}
	}
	return File{Size: info.Size(), Modified: info.ModTime().UnixNano(), Hash: short(sum)}, nil
}

// short returns a hash as text: 128 bits of it.
func short(h hash.Hash) string { return fmt.Sprintf("%x", h.Sum(nil)[:16]) }

// Settings returns the settings of decoding by their names. All fields count except the
// number of threads.
func Settings(d engine.Decoding) map[string]string {
	d.Params.Threads = 0
	out := map[string]string{}
	addFields(out, reflect.ValueOf(d))
	return out
}

func addFields(out map[string]string, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Field(i)
		if field.Kind() == reflect.Struct {
			addFields(out, field)
			continue
		}
		text, err := json.Marshal(field.Interface())
		if err != nil { // a number that JSON cannot express
			text = fmt.Append(nil, field.Interface())
		}
		name := flagName(v.Type().Field(i).Name)
		out[name] += string(text) + ";" // a name may occur twice
	}
}

// flagName returns BeamSize as beam-size.
func flagName(field string) string {
	var name strings.Builder
	for i, r := range field {
		if unicode.IsUpper(r) && i > 0 {
			name.WriteByte('-')
		}
		name.WriteRune(unicode.ToLower(r))
	}
	return name.String()
}

// difference says for a person what differs between now and then; it is empty if nothing
// does.
func (now Identity) difference(then Identity) string {
	switch {
	case now.Recording != then.Recording:
		return "the recording has changed since"
	case now.Model != then.Model:
		return fmt.Sprintf("it was made with the model %s, not %s", then.Model, now.Model)
	case now.Weights != then.Weights:
		return fmt.Sprintf("the model %s is another one now", now.Model)
	case now.Device != then.Device:
		return fmt.Sprintf("it was made on %s, not on %s", then.Device, now.Device)
	case now.Versions != then.Versions:
		return fmt.Sprintf("it was made by another version (%s)", then.Versions)
	}
	var other []string
	for name, value := range now.Settings {
		if before, set := then.Settings[name]; !set || before != value {
			other = append(other, name)
		}
	}
	for name := range then.Settings {
		if _, set := now.Settings[name]; !set {
			other = append(other, name)
		}
	}
	if len(other) == 0 {
		return ""
	}
	slices.Sort(other)
	return "it was made with other settings: " + strings.Join(other, ", ")
}

// Key identifies a window by everything that the engine is given of it.
func Key(samples []int16, voice []align.Span, before engine.Spoken) string {
	sum := sha256.New()
	const block = 32 << 10
	for part := range slices.Chunk(samples, block) {
		_ = binary.Write(sum, binary.LittleEndian, part) // a hash never fails
	}
	// Maps are printed in the order of their keys.
	fmt.Fprintf(sum, "%d samples, voice %t %v, before %v", len(samples), voice == nil, voice, before)
	return short(sum)
}
