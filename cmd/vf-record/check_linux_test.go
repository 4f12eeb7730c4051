package main

import (
	"os"
	"testing"
)

// TestRenameProcess: a check is not called vf-record, whole or cut off.
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
