//go:build unix

package logrecord

import "golang.org/x/sys/unix"

// checkWritable returns an error if this user cannot create files in a folder.
func checkWritable(folder string) error { return unix.Access(folder, unix.W_OK|unix.X_OK) }
