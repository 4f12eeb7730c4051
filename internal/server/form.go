package server

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"voiceflow/internal/server/wire"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/language"
	"voiceflow/pkg/whisper"
)

// form is a request with a recording, as multipart/form-data.
type form struct {
	fields map[string][]string
	rec    *recording
}

// Limits of forms.
const (
	maxField  = 64 << 10 // bytes of a field
	maxFields = 64
)

// badRequest is a mistake in a request.
type badRequest struct {
	param   string // the field, if it is about one
	message string
}

func (b *badRequest) Error() string { return b.message }

// readForm reads a request. The caller removes the recording.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request) (*form, error) {
	whole := http.MaxBytesReader(w, r.Body, s.config().MaxUpload+maxFields*maxField)
	r.Body = struct {
		io.Reader
		io.Closer
	}{patientBody{whole, http.NewResponseController(w)}, r.Body}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, &badRequest{"file", "send the recording as multipart/form-data, with a field named file"}
	}
	f := &form{fields: map[string][]string{}}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == io.EOF {
			_, err = io.Copy(io.Discard, r.Body) // to its end, so that a client that leaves is noticed
			if err == nil {
				break
			}
		}
		if err == nil && n == maxFields {
			err = &badRequest{"", fmt.Sprintf("more than %d fields", maxFields)}
		}
		if err == nil {
			err = f.add(s, part.FormName(), part.FileName() != "", part)
		}
		if err != nil {
			f.close()
			return nil, malformed(err)
		}
	}
	if f.rec == nil {
		return nil, &badRequest{"file", "the field file, with the recording, is missing"}
	}
	return f, nil
}

// malformed makes an error of reading a form one of the request, unless it is known.
func malformed(err error) error {
	var tooLarge *http.MaxBytesError
	var bad *badRequest
	if errors.As(err, &tooLarge) || errors.As(err, &bad) {
		return err
	}
	return &badRequest{"", fmt.Sprintf("the form cannot be read: %v", err)}
}

// add reads a field. Fields with a name that no interface here has are read and ignored.
func (f *form) add(s *Server, name string, isFile bool, part io.Reader) (err error) {
	switch {
	case name == "file" && f.rec != nil:
		return &badRequest{"file", "one recording per request"}
	case name == "file":
		f.rec, err = s.store(part)
		return err
	case isFile: // such as whisper-server's
		_, err = io.Copy(io.Discard, part)
		return err
	}
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err == nil && len(value) > maxField {
		err = &badRequest{name, fmt.Sprintf("%s is longer than %d bytes", name, maxField)}
	}
	f.fields[name] = append(f.fields[name], string(value))
	return err
}

func (f *form) close() {
	if f.rec != nil {
		f.rec.remove()
	}
}

// value returns a field, empty if it is missing.
func (f *form) value(name string) string {
	if all := f.fields[name]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// is reports whether a field is true.
func (f *form) is(name string) bool {
	on, err := strconv.ParseBool(strings.ToLower(f.value(name)))
	return err == nil && on
}

// list returns all values of a field that may have several, as name or name[].
func (f *form) list(name string) []string { return slices.Concat(f.fields[name], f.fields[name+"[]"]) }

// number returns a field between 0 and 1, or standard if it is missing.
func (f *form) number(name string, standard float64) (float64, error) {
	text := f.value(name)
	if text == "" {
		return standard, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1 {
		return 0, &badRequest{name, fmt.Sprintf("%s %q: use a number from 0 to 1", name, text)}
	}
	return v, nil
}

// formDecoding returns how to decode, from the fields that the interfaces share.
func (s *Server) formDecoding(f *form, translate, words bool) (engine.Decoding, error) {
	d := s.config().Decoding
	var err error
	if d.Params.Temperature, err = f.number("temperature", d.Params.Temperature); err != nil {
		return d, err
	}
	if d.TemperatureInc, err = f.number("temperature_inc", d.TemperatureInc); err != nil {
		return d, err
	}
	if d.TemperatureInc > 0 && d.TemperatureInc < wire.MinTemperatureInc {
		return d, &badRequest{"temperature_inc",
			fmt.Sprintf("temperature_inc must be 0, or at least %v", wire.MinTemperatureInc)}
	}
	if err := setLanguage(&d, f.value("language")); err != nil {
		return d, err
	}
	if prompt := f.value("prompt"); prompt != "" {
		d.Params.Prompt = prompt
	}
	d.Params.Translate = d.Params.Translate || translate
	d.Params.Words = d.Params.Words || words
	return d, nil
}

// setLanguage sets the language that a request asks for; empty means the server's.
func setLanguage(d *engine.Decoding, name string) error {
	if name == "" {
		return nil
	}
	if strings.EqualFold(name, whisper.LanguageAuto) {
		d.Languages, d.Params.Language = []string{whisper.LanguageAuto}, ""
		return nil
	}
	code, known := language.Code(name)
	if !known {
		return &badRequest{"language", fmt.Sprintf("language %q: use a code such as en, or auto", name)}
	}
	d.Languages, d.Params.Language = nil, code
	return nil
}
