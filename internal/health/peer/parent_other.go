//go:build !linux

package peer

import "syscall"

func diesWithParent() *syscall.SysProcAttr { return nil }
