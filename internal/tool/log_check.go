package tool

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"
)

func checkLogLevel(ctx *cli.Context) error {
	if _, known := logLevels[ctx.String("log-level")]; !known {
		return WrongValue(ctx, "log-level", "use minimal, standard, verbose or monitoring")
	}
	return nil
}

// checkLog finds out, as a logMistake, whether the log cannot be written.
func checkLog(ctx *cli.Context, program string) error {
	if path := ctx.String("log-file"); path != "" {
		if err := checkLogFile(path, program); err != nil {
			return logMistake{&FlagError{Flag: "log-file", Reason: fmt.Sprintf("--log-file: %v", err)}}
		}
	}
	return nil
}

// checkLogFile tells whether openLogFile can do its work.
func checkLogFile(path, program string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, program+".log")
		info, err = os.Stat(path)
	}
	if err == nil {
		return checkAppend(path, info)
	}
	folder := filepath.Dir(path)
	if strings.HasSuffix(path, "/") { // it is made, in the one that is there
		for folder != filepath.Dir(folder) && !isThere(folder) {
			folder = filepath.Dir(folder)
		}
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: %s is no folder", path, folder)
	}
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return fmt.Errorf("%s: nothing can be written in %s: %w", path, folder, err)
	}
	return nil
}

func checkAppend(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return nil // a device, or a pipe, whose opening may wait
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
