package main

import (
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"
)

func TestDefaults(t *testing.T) {
	for _, tt := range []struct {
		args          string
		limit         time.Duration
		standardLimit bool
		tail, preRoll time.Duration
	}{
		{"", 5 * time.Minute, true, 300 * time.Millisecond, 0},
		{"--max-duration=5m", 5 * time.Minute, false, 300 * time.Millisecond, 0},
		{"--duration=0", 0, false, 300 * time.Millisecond, 0},
		{"--check", 3 * time.Second, true, 300 * time.Millisecond, 0},
		{"--input=a.wav", 0, false, 0, 0},
		{"--input=a.wav --realtime --tail=1s", 0, false, time.Second, 0},
		{"--armed", 5 * time.Minute, true, 300 * time.Millisecond, time.Second},
		{"--armed --pre-roll=0", 5 * time.Minute, true, 300 * time.Millisecond, 0},
		{"--pre-roll=2s", 5 * time.Minute, true, 300 * time.Millisecond, 2 * time.Second},
	} {
		var got config
		app := cli.App{Flags: flags(), Action: func(c *cli.Context) (err error) {
			got, err = readConfig(c)
			return err
		}}
		if err := app.Run(append([]string{"vf-record"}, strings.Fields(tt.args)...)); err != nil {
			t.Errorf("%q: %v", tt.args, err)
		}
		if got.limit != tt.limit || got.standardLimit != tt.standardLimit || got.tail != tt.tail || got.preRoll != tt.preRoll {
			t.Errorf("%q: %+v", tt.args, got)
		}
		if len(got.outputs) != 1 || got.outputs[0] != "-" {
			t.Errorf("%q: outputs %q", tt.args, got.outputs)
		}
	}
}
