// Package paste delivers text to where the user is typing: to the focused
// window of an X11 or Wayland desktop, by typing or by pasting, to a pane of
// tmux or GNU screen, to the clipboard, to a program, to standard output.
//
// [Methods] lists the ways, [Open] opens those that work here as one [Chain],
// and [Chain.Deliver] goes through them until one has taken the whole text.
// [Clean] makes a text harmless first, [Keep] saves one that nothing takes.
// When to deliver what, and in which words, is up to the caller. It is for
// systems with processes in the manner of Unix.
package paste
