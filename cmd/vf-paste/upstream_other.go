//go:build !linux

package main

// upstream would return the name of the program of the pipeline that writes to standard
// input, but here it cannot be known.
func upstream() string { return "" }
