// Pictures makes the pictures of the documentation from real runs of the programs: what
// they show in a terminal as SVG, and what they show in a browser as PNG. It needs tmux and
// Chromium, and the programs in bin.
//
//	go run ./scripts/pictures                   # all of docs/pictures
//	go run ./scripts/pictures monitor report    # only those with such names
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := makeAll("docs/pictures", os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "pictures: %v\n", err)
		os.Exit(1)
	}
}

// scene is where the programs run: a home without settings, and some recordings.
type scene struct {
	folder  string // the current folder of the terminals
	home    string
	state   string // of VoiceFlow, in that home
	samples string // the project's recordings
	target  string // where pictures go
}

// picture makes the picture files whose names begin with its name.
type picture struct {
	name string
	make func(*scene) error
}

func makeAll(target string, wanted []string) error {
	s, err := newScene(target)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(s.folder))
	pictures := []picture{{"dashboard", (*scene).dashboard}, {"report", (*scene).report}}
	for _, shot := range shots {
		pictures = append(pictures, picture{shot.name, func(s *scene) error { return s.shoot(shot) }})
	}
	for _, p := range pictures {
		if !isWanted(p.name, wanted) {
			continue
		}
		if err := p.make(s); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func isWanted(name string, wanted []string) bool {
	for _, w := range wanted {
		if strings.HasPrefix(name, w) {
			return true
		}
	}
	return len(wanted) == 0
}

func newScene(target string) (*scene, error) {
	bin, err := filepath.Abs("bin")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(bin, "vf-record")); err != nil {
		return nil, fmt.Errorf("%w; build the programs with: make", err)
	}
	samples, err := filepath.Abs("testdata/recordings")
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "voiceflow-pictures-")
	if err != nil {
		return nil, err
	}
	s := &scene{folder: filepath.Join(work, "work"), home: filepath.Join(work, "home"), samples: samples, target: target}
	s.state = filepath.Join(s.home, ".local/state/voiceflow")
	if err := s.setEnvironment(bin); err != nil {
		return nil, err
	}
	return s, s.fill()
}

// setEnvironment lets this process, and those it starts, find the programs and the home.
func (s *scene) setEnvironment(bin string) error {
	// The programs find nothing of the user's: what they show must be the same everywhere.
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "VOICEFLOW_") && name != "VOICEFLOW_BACKENDS" ||
			strings.HasPrefix(name, "XDG_") || name == "TMUX" {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	for name, value := range map[string]string{
		"HOME": s.home, "PATH": bin + ":" + os.Getenv("PATH"), "XDG_RUNTIME_DIR": s.home,
		"VOICEFLOW_MODEL": filepath.Join(s.samples, "../model/vf-demo.en.bin"), // named, so that no warning asks for another
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// fill makes the folders and the recordings.
func (s *scene) fill() error {
	for _, folder := range []string{
		s.home, filepath.Join(s.folder, "testdata"), filepath.Join(s.folder, "talks"), s.target,
	} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	if err := os.Symlink(s.samples, filepath.Join(s.folder, "testdata/recordings")); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Join(s.samples, "timing-rapid.wav"), filepath.Join(s.folder, "talk.wav")); err != nil {
		return err
	}
	for name, seconds := range map[string]float64{"talks/monday": 20, "talks/tuesday": 900, "talks/wednesday": 300} {
		if err := writeTalk(filepath.Join(s.folder, name+".wav"), s.samples, seconds); err != nil {
			return err
		}
	}
	return nil
}

// write writes a picture.
func (s *scene) write(name string, content []byte) error {
	path := filepath.Join(s.target, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return err
	}
	_, err := fmt.Printf("%s: %d kB\n", path, (len(content)+999)/1000)
	return err
}
