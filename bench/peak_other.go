//go:build !unix

package main

import "os"

// peak returns 0: such a system does not report the peak memory of a process that has ended.
func peak(*os.ProcessState) float64 { return 0 }
