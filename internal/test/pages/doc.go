// Package pages tests that the documentation holds together: its links, its pictures, and
// the way from the list of pages to each of them.
package pages
