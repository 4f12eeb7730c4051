package whisper

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// check checks a model in memory.
func check(m *testModel) error {
	data := m.file()
	checker := checkModel
	if m.silero {
		checker = checkSpeechModel
	}
	_, err := checker(bytes.NewReader(data), int64(len(data)))
	return err
}

// TestPublishedShapes checks files with the dimensions of published models and
// without weights: the files are sparse.
func TestPublishedShapes(t *testing.T) {
	for name, s := range map[string]shape{
		"tiny.en":                {51864, 384, 6, 4, 4, 80, 1},
		"tiny":                   {51865, 384, 6, 4, 4, 80, 1},
		"tiny in float32":        {51865, 384, 6, 4, 4, 80, 0},
		"base-q5_0":              {51865, 512, 8, 6, 6, 80, 2008},
		"base-q6_k":              {51865, 512, 8, 6, 6, 80, 2014},
		"small.en-q5_1":          {51864, 768, 12, 12, 12, 80, 2009},
		"medium-q4_0":            {51865, 1024, 16, 24, 24, 80, 2002},
		"large-v1":               {51865, 1280, 20, 32, 32, 80, 1},
		"large-v3":               {51866, 1280, 20, 32, 32, 128, 1},
		"large-v3-turbo-q8_0":    {51866, 1280, 20, 32, 4, 128, 2007},
		"distil-small.en":        {51864, 768, 12, 12, 4, 80, 1},
		"distil-medium.en":       {51864, 1024, 16, 24, 2, 80, 1},
		"distil-large-v3":        {51866, 1280, 20, 32, 2, 128, 1},
		"float16 with a version": {51865, 384, 6, 4, 4, 80, 2001},
	} {
		t.Run(name, func(t *testing.T) {
			path := sparseModel(t, s)
			m, err := openModelFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m.Close()
			if err := os.Truncate(path, fileSize(t, path)-1); err != nil {
				t.Fatal(err)
			}
			if _, err := openModelFile(path); !errors.Is(err, ErrNotModel) {
				t.Errorf("without the last byte: %v", err)
			}
		})
	}
}

// sparseModel writes a model with holes instead of weights.
func sparseModel(t *testing.T, s shape) string {
	t.Helper()
	m, expected := headOnly(s)
	data := m.file()
	f, err := os.Create(filepath.Join(t.TempDir(), "model.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := int64(0)
	for name, x := range expected { // in any order
		data = append(data, headerOf(name, x)...)
		if _, err := f.WriteAt(data, at); err != nil {
			t.Fatal(err)
		}
		at += int64(len(data)) + x.bytes()
		data = nil
	}
	if err := f.Truncate(at); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func headerOf(name string, x tensor) []byte {
	var b []byte
	for _, n := range slices.Concat([]uint32{4, uint32(len(name)), uint32(x.kind)}, x.shape[:]) {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return append(b, name...)
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// attack changes a valid model.
type attack func(m *testModel)

func field(i int, value uint32) attack { return func(m *testModel) { m.front[i] = value } }

// widened gives the filter bank other dimensions than the header has.
func widened(bands, width uint32) attack {
	return func(m *testModel) {
		m.bank = []uint32{bands, width}
		m.filters = make([]byte, 4*bands*width)
	}
}

func tensorNamed(m *testModel, name string) *testTensor {
	i := slices.IndexFunc(m.tensors, func(t testTensor) bool { return t.name == name })
	return &m.tensors[i]
}

// reshaped gives a tensor other dimensions, and weights to match if they are 8-bit.
func reshaped(name string, kind uint32, dims ...uint32) attack {
	return func(m *testModel) {
		t := tensorNamed(m, name)
		t.dims, t.kind, t.shape = uint32(len(dims)), kind, dims
		n := 1
		for _, d := range dims {
			n *= int(d)
		}
		if kind == 8 && n < 1<<26 {
			t.weights = make([]byte, n/32*34)
		}
	}
}

func withVocabulary(n uint32) attack {
	return func(m *testModel) {
		m.front[1] = n
		reshaped("decoder.token_embedding.weight", 8, 128, n)(m)
	}
}

func withWords(n int, word []byte) attack {
	return func(m *testModel) {
		m.count = uint32(n)
		for len(m.words) < n {
			m.words = append(m.words, word)
		}
		m.words = m.words[:n]
	}
}

func withoutSpace(m *testModel) {
	for i, w := range m.words {
		if string(w) == " " {
			m.words[i] = []byte("x")
		}
	}
}

// Each of these made libwhisper write beyond its memory, abort or read nonsense, or
// would do so on another machine.
func attacks() map[string]attack {
	return map[string]attack{
		"81 bands in the bank":            widened(81, filterWidth),
		"79 bands in the bank":            widened(79, filterWidth),
		"a wide bank":                     widened(80, 1<<14),
		"a narrow bank":                   widened(80, 200),
		"no bank":                         widened(0, 0),
		"an enormous bank":                func(m *testModel) { m.bank = []uint32{1 << 31, 1 << 31} },
		"a negative bank":                 func(m *testModel) { m.bank = []uint32{0xffffffff, 201} },
		"NaN in the bank":                 func(m *testModel) { m.filters = bytes.Repeat([]byte{0xff}, len(m.filters)) },
		"81 bands everywhere":             func(m *testModel) { m.front[10] = 81; widened(81, 201)(m) },
		"vocabulary 50300":                withVocabulary(50300),
		"vocabulary 50360":                withVocabulary(50360),
		"vocabulary 51863":                withVocabulary(51863),
		"vocabulary 51867":                withVocabulary(51867), // a language that does not exist
		"vocabulary 1":                    withVocabulary(1),
		"no vocabulary":                   field(1, 0),
		"a negative vocabulary":           field(1, 0x80000000),
		"60000 words":                     withWords(60000, []byte("word")),
		"51865 words of 51864":            withWords(51865, []byte("word")),
		"10 words":                        withWords(10, nil),
		"no words":                        withWords(0, nil),
		"more words than there are":       func(m *testModel) { m.count = 51000 },
		"a negative number of words":      func(m *testModel) { m.count = 0xffffffff },
		"only empty words":                func(m *testModel) { clear(m.words) },
		"no space":                        withoutSpace,
		"a long word":                     func(m *testModel) { m.words[5] = make([]byte, 1<<20) },
		"audio context 1499":              field(2, 1499),
		"audio context 0":                 field(2, 0),
		"audio context 3000":              field(2, 3000),
		"state 1":                         func(m *testModel) { m.front[3], m.front[7] = 1, 1 },
		"state 0":                         func(m *testModel) { m.front[3], m.front[7] = 0, 0 },
		"another text state":              field(7, 256),
		"another audio state":             field(3, 256),
		"3 heads":                         func(m *testModel) { m.front[4], m.front[8] = 3, 3 },
		"5 heads":                         func(m *testModel) { m.front[4], m.front[8] = 5, 5 },
		"1024 heads":                      func(m *testModel) { m.front[4], m.front[8] = 1024, 1024 },
		"128 heads":                       func(m *testModel) { m.front[4], m.front[8] = 128, 128 },
		"no heads":                        func(m *testModel) { m.front[4], m.front[8] = 0, 0 },
		"other text heads":                field(8, 2),
		"no audio layers":                 field(5, 0),
		"an audio layer less":             field(5, 3),
		"an audio layer more":             field(5, 5),
		"33 audio layers":                 field(5, 33),
		"a billion text layers":           field(9, 1<<30),
		"text context 447":                field(6, 447),
		"text context 4":                  field(6, 4),
		"ftype 4":                         field(11, 2004),
		"ftype 5":                         field(11, 2005),
		"ftype 6":                         field(11, 2006),
		"ftype 6 without a version":       field(11, 6),
		"ftype -1":                        field(11, 0xffffffff),
		"ftype 999":                       field(11, 999),
		"another type":                    field(11, 2008),
		"an old version":                  field(11, 1007),
		"a version from the future":       field(11, 3007),
		"no version":                      field(11, 7),
		"too many dimensions":             func(m *testModel) { m.tensors[0].dims = 5 },
		"a negative number of dimensions": func(m *testModel) { m.tensors[0].dims = 0xffffffff },
		"a negative length of a name":     func(m *testModel) { m.tensors[0].length = 0xffffffff },
		"a long name":                     func(m *testModel) { m.tensors[0].length = 1 << 30 },
		"an unknown name":                 func(m *testModel) { m.tensors[0].name = "x" + m.tensors[0].name[1:] },
		"a tensor of another type":        reshaped("decoder.ln.weight", 26, 128), // as long
		"a tensor of an unknown type":     reshaped("decoder.ln.weight", 4, 128),
		"a negative type":                 reshaped("decoder.ln.weight", 0xffffffff, 128),
		"a tensor of another shape":       reshaped("decoder.blocks.0.mlp.0.weight", 8, 512, 128), // as large
		"products that overflow":          reshaped("decoder.ln.weight", 0, 128, 1, 1<<16, 1<<16),
		"a fourth dimension":              reshaped("decoder.ln.weight", 0, 128, 1, 1, 2),
		"a tensor of no size":             reshaped("decoder.ln.weight", 0, 128, 0),
		"a tensor twice":                  func(m *testModel) { m.tensors = append(m.tensors, m.tensors[3]) },
		"one twice, another not":          func(m *testModel) { m.tensors[4] = m.tensors[3] },
		"a tensor missing":                func(m *testModel) { m.tensors = m.tensors[1:] },
		"no tensors":                      func(m *testModel) { m.tensors = nil },
		"a byte too many":                 func(m *testModel) { m.tail = []byte{0} },
		"a whole header too many":         func(m *testModel) { m.tail = make([]byte, 12) },
		"no magic":                        field(0, 0),
	}
}

func TestHostileStructure(t *testing.T) {
	demo := demoModel(t)
	if err := check(demo); err != nil {
		t.Fatal(err)
	}
	for name, change := range attacks() {
		t.Run(name, func(t *testing.T) {
			m := demo.clone()
			change(m)
			if err := check(m); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// TestHarmless: nothing of this is wrong.
func TestHarmless(t *testing.T) {
	demo := demoModel(t)
	for name, change := range map[string]attack{
		"all words named":     withWords(51864, []byte("x")),
		"tensors in reverse":  func(m *testModel) { slices.Reverse(m.tensors) },
		"empty words":         func(m *testModel) { clear(m.words); m.words[9] = []byte(" ") },
		"words not in UTF-8":  func(m *testModel) { m.words[300] = []byte{0xff, 0, 27, '[', '2', 'J'} },
		"unused dimensions":   reshaped("decoder.ln.weight", 0, 128, 1, 1, 1),
		"heads as in Whisper": func(m *testModel) { m.front[4], m.front[8] = 2, 2 },
	} {
		t.Run(name, func(t *testing.T) {
			m := demo.clone()
			change(m)
			if err := check(m); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestHostileSilero(t *testing.T) {
	good := randomSilero(0)
	if err := check(good); err != nil {
		t.Fatal(err)
	}
	for i := range good.front {
		for _, n := range []uint32{0, 1, 127, 511, 513, 1 << 20, math.MaxUint32} {
			m := good.clone()
			version := i >= 1 && i <= 3
			if m.front[i] == n {
				continue
			}
			m.front[i] = n
			if err := check(m); (err == nil) != version {
				t.Errorf("number %d is %d: %v", i, n, err)
			}
		}
	}
	for i := range good.tensors {
		m := good.clone()
		m.tensors[i] = m.tensors[(i+1)%len(m.tensors)]
		if check(m) == nil {
			t.Errorf("accepted without tensor %d", i)
		}
	}
}

// A pipe or device must be refused without waiting for its other end.
func TestModelIsRegularFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", t.TempDir(), filepath.Join(t.TempDir(), "none.bin")} {
		for _, open := range []func(string) (*modelFile, error){openModelFile, openSpeechModelFile} {
			if _, err := open(path); !errors.Is(err, ErrNotModel) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

// TestTruncated cuts a model at every place near a boundary, and at many others.
func TestTruncated(t *testing.T) {
	for _, m := range []*testModel{demoModel(t), randomSilero(0)} {
		data := m.file()
		checker := checkModel
		if m.silero {
			checker = checkSpeechModel
		}
		for n := 0; n < len(data); n += 1 + n/50 {
			if _, err := checker(bytes.NewReader(data[:n]), int64(n)); err == nil {
				t.Errorf("accepted the first %d of %d bytes", n, len(data))
			}
		}
	}
}

func FuzzModelFile(f *testing.F) {
	m, _ := headOnly(shape{51864, 128, 2, 1, 1, 80, 2007})
	data := m.file()
	f.Add(data[:48])
	f.Add(data[:56])
	f.Add([]byte("lmgg"))
	silero := randomSilero(0).file()
	f.Add(silero[:106])
	f.Add(silero[:300])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, checker := range []func(*bytes.Reader) ([]piece, error){
			func(r *bytes.Reader) ([]piece, error) { return checkModel(r, r.Size()) },
			func(r *bytes.Reader) ([]piece, error) { return checkSpeechModel(r, r.Size()) },
		} {
			pieces, err := checker(bytes.NewReader(data))
			if err == nil && total(pieces) != int64(len(data)) {
				t.Errorf("the pieces have %d bytes, the file %d", total(pieces), len(data))
			}
		}
	})
}

// FuzzTensors fuzzes what follows a valid header: the end of the vocabulary and the
// tensors of a tiny set.
func FuzzTensors(f *testing.F) {
	expected := func() tensorSet {
		s := tensorSet{}
		s.add("a", 0, 2)
		s.add("b", 1, 2, 3)
		s.add("c", 8, 32)
		return s
	}
	good := &testModel{silero: false}
	good.add(newRandom(1), expected())
	var data []byte
	for _, t := range good.tensors {
		data = append(append(data, headerOf(t.name, expected()[t.name])...), t.weights...)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		pieces, err := newModelReader(bytes.NewReader(data), int64(len(data))).tensors(expected())
		if err == nil && (total(pieces) != int64(len(data)) || len(pieces) != 3) {
			t.Errorf("%d pieces of %d bytes; the file has %d", len(pieces), total(pieces), len(data))
		}
	})
}

func total(pieces []piece) (n int64) {
	for _, p := range pieces {
		n += int64(len(p.structure)) + p.weights
	}
	return n
}
