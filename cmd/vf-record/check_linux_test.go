package main

import (
	"os"
	"testing"
)

// TestRenameProcess: the name of a check does not begin with vf-record.
func TestRenameProcess(t *testing.T) {
	before, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	renameProcess()
	if name, err := os.ReadFile("/proc/self/comm"); err != nil || string(name) != "vf-check-record\n" {
		t.Errorf("%q, %v", name, err)
	}
	if err := os.WriteFile("/proc/self/comm", before, 0); err != nil {
		t.Error(err)
	}
}
