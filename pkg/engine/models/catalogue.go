package models

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// Model is a published model file.
type Model struct {
	Name   string // whisper.cpp's name for it: base.en
	File   string // file name, in a store and where it is published: ggml-base.en.bin
	URL    string // of the published file
	SHA256 string // of the file, in hexadecimal; empty: unknown until the first download
	Bytes  int64  // size of the file; 0: unknown

	Multilingual bool // not only English
	Detector     bool // a speech detector (Silero), not a recogniser
}

// Known lists the models that whisper.cpp's authors publish, and the one for speaker turns that
// they refer to.
func Known() []Model {
	return []Model{
		published("tiny", 77691713, "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21"),
		published("tiny-q5_1", 32152673, "818710568da3ca15689e31a743197b520007872ff9576237bda97bd1b469c3d7"),
		published("tiny-q8_0", 43537433, "c2085835d3f50733e2ff6e4b41ae8a2b8d8110461e18821b09a15c40c42d1cca"),
		published("tiny.en", 77704715, "921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f"),
		published("tiny.en-q5_1", 32166155, "c77c5766f1cef09b6b7d47f21b546cbddd4157886b3b5d6d4f709e91e66c7c2b"),
		published("tiny.en-q8_0", 43550795, "5bc2b3860aa151a4c6e7bb095e1fcce7cf12c7b020ca08dcec0c6d018bb7dd94"),
		published("base", 147951465, "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"),
		published("base-q5_1", 59707625, "422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898"),
		published("base-q8_0", 81768585, "c577b9a86e7e048a0b7eada054f4dd79a56bbfa911fbdacf900ac5b567cbb7d9"),
		published("base.en", 147964211, "a03779c86df3323075f5e796cb2ce5029f00ec8869eee3fdfb897afe36c6d002"),
		published("base.en-q5_1", 59721011, "4baf70dd0d7c4247ba2b81fafd9c01005ac77c2f9ef064e00dcf195d0e2fdd2f"),
		published("base.en-q8_0", 81781811, "a4d4a0768075e13cfd7e19df3ae2dbc4a68d37d36a7dad45e8410c9a34f8c87e"),
		published("small", 487601967, "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b"),
		published("small-q5_1", 190085487, "ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb"),
		published("small-q8_0", 264464607, "49c8fb02b65e6049d5fa6c04f81f53b867b5ec9540406812c643f177317f779f"),
		published("small.en", 487614201, "c6138d6d58ecc8322097e0f987c32f1be8bb0a18532a3f88f734d1bbf9c41e5d"),
		published("small.en-q5_1", 190098681, "bfdff4894dcb76bbf647d56263ea2a96645423f1669176f4844a1bf8e478ad30"),
		published("small.en-q8_0", 264477561, "67a179f608ea6114bd3fdb9060e762b588a3fb3bd00c4387971be4d177958067"),
		published("small.en-tdrz", 487614184, "ceac3ec06d1d98ef71aec665283564631055fd6129b79d8e1be4f9cc33cc54b4"),
		published("medium", 1533763059, "6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208"),
		published("medium-q5_0", 539212467, "19fea4b380c3a618ec4723c3eef2eb785ffba0d0538cf43f8f235e7b3b34220f"),
		published("medium-q8_0", 823369779, "42a1ffcbe4167d224232443396968db4d02d4e8e87e213d3ee2e03095dea6502"),
		published("medium.en", 1533774781, "cc37e93478338ec7700281a7ac30a10128929eb8f427dda2e865faa8f6da4356"),
		published("medium.en-q5_0", 539225533, "76733e26ad8fe1c7a5bf7531a9d41917b2adc0f20f2e4f5531688a8c6cd88eb0"),
		published("medium.en-q8_0", 823382461, "43fa2cd084de5a04399a896a9a7a786064e221365c01700cea4666005218f11c"),
		published("large-v1", 3094623691, "7d99f41a10525d0206bddadd86760181fa920438b6b33237e3118ff6c83bb53d"),
		published("large-v2", 3094623691, "9a423fe4d40c82774b6af34115b8b935f34152246eb19e80e376071d3f999487"),
		published("large-v2-q5_0", 1080732091, "3a214837221e4530dbc1fe8d734f302af393eb30bd0ed046042ebf4baf70f6f2"),
		published("large-v2-q8_0", 1656129691, "fef54e6d898246a65c8285bfa83bd1807e27fadf54d5d4e81754c47634737e8c"),
		published("large-v3", 3095033483, "64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2"),
		published("large-v3-q5_0", 1081140203, "d75795ecff3f83b5faa89d1900604ad8c780abd5739fae406de19f23ecd98ad1"),
		published("large-v3-turbo", 1624555275, "1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69"),
		published("large-v3-turbo-q5_0", 574041195, "394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2"),
		published("large-v3-turbo-q8_0", 874188075, "317eb69c11673c9de1e1f0d459b253999804ec71ac4c23c17ecf5fbe24e259a1"),
		published("silero-v5.1.2", 885098, "29940d98d42b91fbd05ce489f3ecf7c72f0a42f027e4875919a28fb4c04ea2cf"),
		published("silero-v6.2.0", 885098, "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987"),
	}
}

// published derives a model's file, address and languages from its name.
func published(name string, bytes int64, sha256 string) Model {
	detector := strings.HasPrefix(name, "silero-")
	repository := "ggerganov/whisper.cpp"
	switch {
	case detector:
		repository = "ggml-org/whisper-vad"
	case strings.HasSuffix(name, "-tdrz"):
		repository = "akashmjn/tinydiarize-whisper.cpp"
	}
	file := "ggml-" + name + ".bin"
	return Model{
		Name: name, File: file, SHA256: sha256, Bytes: bytes,
		URL:          "https://huggingface.co/" + repository + "/resolve/main/" + file,
		Multilingual: !detector && !strings.Contains(name, ".en"), Detector: detector,
	}
}

// Find returns the known model with a name.
func Find(name string) (Model, bool) {
	m, err := Store{}.Find(name)
	return m, err == nil
}

// Find returns the store's model with a name, or [ErrUnknown].
func (s Store) Find(name string) (Model, error) {
	models := s.Models
	if models == nil {
		models = Known()
	}
	i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name })
	switch {
	case i >= 0:
		return models[i], nil
	case strings.ContainsAny(name, `/\`):
		return Model{}, fmt.Errorf("%w: %q is a path, not a name such as base.en", ErrUnknown, name)
	}
	remedy := "list all names with: vf-transcribe models list"
	if names := similarNames(name, models); len(names) > 0 {
		remedy = "similar names: " + strings.Join(names, ", ") + "; " + remedy
	}
	return Model{}, fmt.Errorf("%w: %q; %s", ErrUnknown, name, remedy)
}

// similarNames returns up to five model names that resemble name, the most similar first.
func similarNames(name string, models []Model) []string {
	name = strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(name), "ggml-"), ".bin")
	if name == "" {
		return nil
	}
	type candidate struct {
		name       string
		similarity float64 // 0 to 1
	}
	var all []candidate
	for _, m := range models {
		similarity := smetrics.JaroWinkler(name, m.Name, 0.7, 4)
		if similarity >= 0.85 || strings.Contains(m.Name, name) {
			all = append(all, candidate{m.Name, similarity})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.similarity > b.similarity:
			return -1
		case a.similarity < b.similarity:
			return 1
		}
		return 0
	})
	var names []string
	for _, c := range all[:min(len(all), 5)] {
		names = append(names, c.name)
	}
	return names
}
