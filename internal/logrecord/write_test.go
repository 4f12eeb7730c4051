package logrecord

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// Values written under the names of fields are read into a Record.
func TestWrittenIsRead(t *testing.T) {
	var out bytes.Buffer
	log := New("vf-transcribe", &out)
	log.Info().EmbedObject(Utterance).Str(FieldVersion, "1").Int(FieldExitCode, 2).Float64(FieldSeconds, 3.5).
		Int(FieldID, 4).Str(FieldFile, "a.wav").Float64(FieldAudioSeconds, 5.5).Float64(FieldProcessingSeconds, 6.5).
		Float64(FieldSpeedFactor, 7.5).Bool(FieldReplayed, true).Float64(FieldLatencySeconds, 8.5).Int(FieldQueue, 9).
		Str(FieldModel, "m").Str(FieldDevice, "d").Int(FieldRetries, 10).Int(FieldRefreshes, 11).Strs(FieldDegraded, []string{"x", "y"}).
		Float64(FieldMemoryMB, 12.5).Float64(FieldGrowthMB, 13.5).Float64(FieldCPUPercent, 14.5).Str(FieldMethod, "x11").Msg("done")
	got, ok, err := Parse(out.Bytes())
	if !ok || err != nil || time.Since(got.Time).Abs() > time.Hour {
		t.Fatalf("%v, %v: %s", ok, err, out.Bytes())
	}
	got.Time = time.Time{}
	want := Record{
		Program: "vf-transcribe", PID: os.Getpid(), Event: Utterance, Level: "info", Message: "done", Version: "1",
		ExitCode: 2, Seconds: 3.5, ID: 4, File: "a.wav", AudioSeconds: 5.5, ProcessingSeconds: 6.5, SpeedFactor: 7.5, Replayed: true,
		LatencySeconds: 8.5, Queue: 9, Model: "m", Device: "d", Retries: 10, Refreshes: 11, Degraded: []string{"x", "y"},
		MemoryMB: 12.5, GrowthMB: 13.5, CPUPercent: 14.5, Method: "x11",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, not\n%+v", got, want)
	}
}

// The log contains the start and end of the run.
func TestRunIsLogged(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "logs")
	f, err := Open(folder+"/", "vf-vad", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	f.Begin("1.2.3")
	f.End(4)
	logs, err := Find(folder)
	if err != nil || len(logs) != 1 || filepath.Base(logs[0]) != "vf-vad.log" {
		t.Fatalf("%q, %v", logs, err)
	}
	var got []Record
	for r, err := range Files(logs...)(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if len(got) != 2 || got[0].Event != Started || got[0].Version != "1.2.3" || got[1].Event != Stopped || got[1].ExitCode != 4 {
		t.Errorf("%+v", got)
	}
}

func TestNames(t *testing.T) {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	old := filepath.Base(rotatedPath("/logs/vf-transcribe.log", at))
	if old != "vf-transcribe-2026-11-20T03-00-00.000.log" {
		t.Error(old)
	}
	for _, tt := range []struct {
		name          string
		rotated, live bool
		any           bool
	}{
		{old, true, false, true},
		{"vf-record.log", false, true, true},
		{"vf-paste.log.1", true, false, true},
		{"vf-vad.log.2.gz", true, false, false},
		{"vf-health.log-20261101", true, false, false},
		{"mine.log", false, false, true},
		{"mine.txt", false, false, false},
	} {
		if r, l, a := RotatedNames().MatchString(tt.name), LiveNames().MatchString(tt.name), Names().MatchString(tt.name); r != tt.rotated || l != tt.live || a != tt.any {
			t.Errorf("%s: rotated %v, live %v, any %v", tt.name, r, l, a)
		}
	}
}
