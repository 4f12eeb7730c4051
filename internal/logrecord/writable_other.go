//go:build !unix

package logrecord

// checkWritable returns nil: on such a system, only creating a file shows whether this user
// can.
func checkWritable(string) error { return nil }
