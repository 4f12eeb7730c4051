// Package hostile gives the programs files that are not what they seem: pipes that
// nobody writes to, endless devices, and links that another user has planted. It
// also checks that the second signal ends a program whatever it waits for.
package hostile
