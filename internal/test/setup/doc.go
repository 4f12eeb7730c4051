// Package setup tests the scripts that prepare a fresh machine, with fake apt and
// go programs of several versions in place of the real ones.
package setup
