//go:build unix

// Relax makes programs and libraries load with an older glibc than the one they were
// linked against:
//
//	relax -glibc 2.35 FILE...
//
// It rewrites, in place, what they ask for if older releases have the same function
// under another name or version, and prints the version each file needs. It fails, and
// leaves the file as it is, if a file needs anything else that is newer.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/google/renameio/v2"
)

func main() {
	glibc := flag.String("glibc", "2.35", "newest `VERSION` that the files may need")
	flag.Parse()
	for _, path := range flag.Args() {
		if err := relaxFile(path, *glibc); err != nil {
			fmt.Fprintf(os.Stderr, "relax: %s: %v\n", path, err)
			os.Exit(1)
		}
	}
}

func relaxFile(path, glibc string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	needs, changed, err := relax(data, glibc)
	if err != nil {
		return err
	}
	fmt.Println(needs, path)
	if !changed {
		return nil
	}
	return renameio.WriteFile(path, data, info.Mode().Perm(), renameio.IgnoreUmask())
}
