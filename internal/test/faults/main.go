// Faults stands in for a program with a fault, for tests of those that must
// find it. Under the name of a program (a link will do) it runs the real one,
// from the folder FAULTS_REAL, and passes everything through but for the fault
// that the variable FAULT names:
//
//	clip         vf-record loses the first 200 ms of speech
//	split        vf-vad cuts each utterance in two
//	merge        vf-vad hands on two utterances as one
//	slow         vf-transcribe takes three times as long
//	leak         vf-transcribe keeps a megabyte for each utterance
//	contaminate  vf-transcribe repeats the last words of the text before
//	cpu          vf-transcribe computes on the CPU, whatever it is told
//	fail         vf-transcribe fails at each tenth utterance
//	lose         vf-transcribe swallows each tenth utterance
//	invent       vf-transcribe hears words that nobody said
//	degrade      vf-transcribe says that it gave something up
//	crash        vf-transcribe falls over at the second utterance
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

func main() {
	code, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		code = 1
	}
	os.Exit(code)
}

func run() (int, error) {
	program, args := filepath.Base(os.Args[0]), os.Args[1:]
	name := os.Getenv("FAULT")
	if i := slices.Index(args, "--device"); name == "cpu" && i >= 0 && i+1 < len(args) {
		args[i+1] = "cpu"
	}
	cmd := exec.Command(filepath.Join(os.Getenv("FAULTS_REAL"), program), args...)
	cmd.Stdin, cmd.Stderr = os.Stdin, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	code, err := 0, error(nil)
	if name == "clip" {
		err = clip(out, os.Stdout)
	} else {
		code, err = spoil(name, out, os.Stdout)
	}
	if err != nil {
		out.Close()
	}
	var exit *exec.ExitError
	if waited := cmd.Wait(); errors.As(waited, &exit) {
		return exit.ExitCode(), nil
	}
	return code, err
}
