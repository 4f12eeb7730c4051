package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"voiceflow/internal/prose"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/audio/level"
)

// The limits of --check. Levels are in dBFS.
const (
	deadLevel  = -80.0  // RMS: a muted input stays below 3 of 32768
	quietPeak  = -30.0  // peak of soft speech from a distance
	noisyFloor = -40.0  // a fan next to the microphone
	leastSNR   = 10.0   // dB of the RMS above the floor; with less, nobody speaks or nobody can be heard
	mostClips  = 0.0005 // share of the samples: an occasional crackle
	offCentre  = 0.02   // DC offset: a fiftieth of the range is lost
)

// verdict is the result of --check.
type verdict struct {
	Verdict string  `json:"verdict"` // of the most serious finding
	Usable  bool    `json:"usable"`
	Advice  string  `json:"advice"`
	Seconds float64 `json:"seconds"`
	Peak    float64 `json:"peak_dbfs"`
	RMS     float64 `json:"rms_dbfs"`
	Floor   float64 `json:"noise_floor_dbfs"`
	Clipped float64 `json:"clipped_share"` // 0 to 1
	DC      float64 `json:"dc_offset"`     // -1 to 1

	// The microphone, unless a file was checked.
	Device      string `json:"device,omitempty"`
	Description string `json:"description,omitempty"`
	Monitor     bool   `json:"monitor,omitempty"`
}

// judge explains the levels in words.
func judge(l level.Levels) verdict {
	v := verdict{
		Usable: true, Seconds: audio.Seconds(l.Samples),
		Peak: l.Peak, RMS: l.RMS, Floor: l.Floor, Clipped: l.Clipped, DC: l.DC,
	}
	var advice []string
	find := func(name, words string) {
		if v.Verdict == "" {
			v.Verdict = name
		}
		advice = append(advice, words)
	}
	switch {
	case l.RMS < deadLevel:
		v.Usable = false
		find("silent", "The microphone hears nothing at all: it is muted or the wrong one. "+
			"Unmute it in the system's sound settings, or choose another with --device (--list-devices shows them).")
	case l.Clipped >= mostClips:
		find("clipping", fmt.Sprintf(
			"Too loud, clipping %.2g %% of the samples: lower the input level, or move further away.", 100*l.Clipped))
	case l.Peak < quietPeak:
		find("quiet", "Very quiet, if somebody spoke: raise the input level, or move closer.")
	}
	if v.Usable && l.Floor > noisyFloor && l.RMS-l.Floor < leastSNR {
		find("noisy", fmt.Sprintf("Noisy: the noise is only %.0f dB below the rest. "+
			"If somebody spoke, move closer to the microphone, or find a quieter place.", l.RMS-l.Floor))
	}
	if l.DC >= offCentre || l.DC <= -offCentre {
		find("offset", fmt.Sprintf("The signal is off centre by %.2g %%: a fault of the sound card or its cable. "+
			"Recognition suffers little; try another input.", 100*l.DC))
	}
	if v.Verdict == "" {
		find("good", "Good level.")
	}
	v.Advice = strings.Join(advice, " ")
	return v
}

func (v verdict) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(v)
	}
	_, err := fmt.Fprintf(w, `%s
%s  peak         %6.1f dBFS
  RMS          %6.1f dBFS
  noise floor  %6.1f dBFS
  clipped      %7.2f %%
  DC offset    %7.2f %%
`, strings.ReplaceAll(v.Advice, ". ", ".\n"), v.microphone(), v.Peak, v.RMS, v.Floor, 100*v.Clipped, 100*v.DC)
	return err
}

// microphone returns the line that names what was checked, if it was not a file.
func (v verdict) microphone() string {
	name := prose.Line(v.Device)
	if v.Description != "" {
		name = prose.Line(v.Description) + ", " + name
	}
	switch {
	case name == "":
		return ""
	case v.Monitor:
		name += " (a monitor: it records what this output plays, not your voice)"
	}
	return "  microphone   " + name + "\n"
}
