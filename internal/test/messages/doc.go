// Package messages tests that docs/troubleshooting.md has the errors and warnings that users
// can see.
package messages
