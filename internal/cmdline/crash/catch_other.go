//go:build !cgo

package crash

// Catch does nothing in a program without C libraries.
func Catch(int, string, func(reason string)) (release func()) { return func() {} }
