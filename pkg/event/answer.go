package event

import "encoding/json"

// Model is a model that vf-transcribe can use (type "model"), a line of its
// models list --json. Only name is required on a line, as in the other types
// below.
type Model struct {
	Name string `json:"name"`
	// File is the name of its file, without a folder, and URL its download address.
	File string `json:"file"`
	URL  string `json:"url"`
	// Bytes is the size of the file, 0 if unknown, and SHA256 its checksum in
	// hexadecimal.
	Bytes  int64  `json:"bytes,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Multilingual models recognise languages other than English.
	Multilingual bool `json:"multilingual"`
	// Detector models detect speech and do not recognise it.
	Detector  bool `json:"detector"`
	Installed bool `json:"installed"`
	// Path is the file of an installed model.
	Path string `json:"path,omitempty"`
}

// ModelCopy is a copy of a model, converted for the processor (type "copy"),
// another line of models list --json.
type ModelCopy struct {
	Name   string `json:"name"`
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Source string `json:"source"` // the file it was made from
}

// Device is a processor or GPU that vf-transcribe can use (type "device"), a line
// of its devices --json.
type Device struct {
	Index       int    `json:"index"` // from 0, as for --device
	Name        string `json:"name"`
	Description string `json:"description"`
	GPU         bool   `json:"gpu"`
	// BLAS is the OpenBLAS library used on a CPU, empty if there is none.
	BLAS string `json:"blas,omitempty"`
}

// Method is a way for vf-paste to deliver text (type "method"), a line of its
// methods --json.
type Method struct {
	Name  string `json:"name"`
	About string `json:"about"`
	Works bool   `json:"works"`
	// Lacks is the reason why it does not work here.
	Lacks string `json:"lacks,omitempty"`
	// Auto methods are tried by default.
	Auto bool `json:"auto"`
	// Untested methods have never been tried on a real system.
	Untested bool `json:"untested,omitempty"`
}

func (*Model) record()     {}
func (*ModelCopy) record() {}
func (*Device) record()    {}
func (*Method) record()    {}

// newAnswer returns an empty record of a type in this file, or nil if name is not
// one of them.
func newAnswer(name string) Record {
	switch name {
	case "model":
		return new(Model)
	case "copy":
		return new(ModelCopy)
	case "device":
		return new(Device)
	case "method":
		return new(Method)
	}
	return nil
}

// encodeAnswer writes a record of a type in this file.
func encodeAnswer(enc *json.Encoder, rec Record) error {
	switch rec := rec.(type) {
	case *Model:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Model
		}{"model", rec})
	case *ModelCopy:
		return enc.Encode(struct {
			Type string `json:"type"`
			*ModelCopy
		}{"copy", rec})
	case *Device:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Device
		}{"device", rec})
	case *Method:
		return enc.Encode(struct {
			Type string `json:"type"`
			*Method
		}{"method", rec})
	}
	return nil
}
