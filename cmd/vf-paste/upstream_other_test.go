//go:build !linux

package main

// beProgram does nothing: only on Linux does vf-paste look for the program that writes to it.
func beProgram() {}
