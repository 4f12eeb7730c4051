//go:build !unix

package worker

import "syscall"

// On such a system, a child cannot inherit descriptors, so starting one fails.

func ownSession() *syscall.SysProcAttr { return nil }

func isListening(int) bool { return false }

func closeOnExec(int) {}
