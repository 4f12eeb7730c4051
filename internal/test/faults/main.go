// Faults stands in for a faulty program, to test whether the fault is found. Run
// under the name of a program (a link will do), it starts the real one from the
// folder FAULTS_REAL and passes everything through, except for the fault named by
// the environment variable FAULT:
//
//	clip         vf-record loses the first 200 ms of speech
//	split        vf-vad cuts each utterance in two
//	merge        vf-vad joins every two utterances
//	slow         vf-transcribe takes three times as long
//	leak         vf-transcribe leaks a megabyte per utterance
//	contaminate  vf-transcribe repeats the last words of the previous text
//	cpu          vf-transcribe uses the CPU, regardless of --device
//	fail         vf-transcribe fails on every tenth utterance
//	lose         vf-transcribe loses every tenth utterance
//	invent       vf-transcribe adds words that nobody said
//	degrade      vf-transcribe reports that it fell back to the CPU
//	crash        vf-transcribe crashes at the second utterance
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
