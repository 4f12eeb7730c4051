package engine

import (
	"fmt"
	"strings"
)

// Profile is a named set of settings for one purpose.
type Profile struct {
	Name         string
	Model        string // whisper.cpp's name for it
	BeamSize     int
	Temperature  float64
	RefreshEvery int // decodings after which a recogniser is replaced
	Context      int // Fitted, or 0 for the full window
}

// Profiles returns all profiles, fastest first.
func Profiles() []Profile {
	return []Profile{
		{Name: "speed", Model: "base.en", BeamSize: 1, Temperature: 0, RefreshEvery: 10, Context: Fitted},
		{Name: "balanced", Model: "large-v3-turbo", BeamSize: 1, Temperature: 0, RefreshEvery: 5, Context: Fitted},
		{Name: "accuracy", Model: "large-v3-turbo", BeamSize: 5, Temperature: 0.2, RefreshEvery: 3, Context: 0},
	}
}

// FindProfile returns the profile with a name.
func FindProfile(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("profile %q: use one of %s", name, strings.Join(names, ", "))
}
