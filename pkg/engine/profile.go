package engine

import (
	"fmt"
	"strings"
)

// Profile is a set of settings for a purpose.
type Profile struct {
	Name         string
	Model        string // as whisper.cpp names it
	BeamSize     int
	Temperature  float64
	RefreshEvery int // decodings, after which a recogniser starts anew
	Context      int // Fitted, or 0 for the full window
}

// Profiles are the ones there are, the fastest first.
func Profiles() []Profile {
	return []Profile{
		{Name: "speed", Model: "base.en", BeamSize: 1, Temperature: 0, RefreshEvery: 10, Context: Fitted},
		{Name: "balanced", Model: "large-v3-turbo", BeamSize: 1, Temperature: 0, RefreshEvery: 5, Context: Fitted},
		{Name: "accuracy", Model: "large-v3-turbo", BeamSize: 5, Temperature: 0.2, RefreshEvery: 3, Context: 0},
	}
}

// FindProfile finds a profile by its name.
func FindProfile(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("profile %q: use %s", name, strings.Join(names, ", "))
}
