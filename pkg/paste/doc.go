// Package paste delivers text to where the user is typing: to the focused
// window of an X11 or Wayland desktop, by typing or by pasting, to a pane of
// tmux or GNU screen, to the clipboard, to a program, to standard output.
//
// [Methods] lists the methods, [Open] opens those that work here as one [Chain],
// and [Chain.Deliver] tries them in turn until one has taken the whole text,
// which [Clean] sanitises first. [Keep] saves undelivered text. What to deliver
// and when is up to the caller. The package needs a Unix-like system.
package paste
