//go:build !linux

package input

import (
	"errors"
	"os"
	"os/exec"
)

func confineThread(string, *os.File) error { return errors.ErrUnsupported }

func isOrdinary(string) bool { return true }

func dieWithParent(*exec.Cmd) {}

func limitProcess(int) {}
