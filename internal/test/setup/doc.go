// Package setup tests the scripts that prepare a fresh machine, using fake apt and go
// programs of various versions.
package setup
