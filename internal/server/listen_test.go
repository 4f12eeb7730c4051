package server

import "testing"

func TestIsLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"unix:/run/x": true, "127.0.0.1:80": true, "[::1]:80": true, "localhost:80": true,
		"0.0.0.0:80": false, ":80": false, "192.0.2.1:80": false, "[::]:80": false, "example.org:80": false, "x": false,
	} {
		if IsLoopback(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}
