// Package x11 puts text into the window that has the keyboard focus of an X11
// desktop: it types it, or pastes it and gives the clipboard back. It speaks
// the X protocol itself, with no program to install, and it knows what became
// of the text: all of it arrived, or there is an error.
//
// # Typing
//
// A character that the keyboard layout has is typed with its key, Shift and
// AltGr included. For the others [Display.Type] puts their symbols on spare
// keys, those without any symbol. That has a trap: a program looks up what a
// key means when it handles the key, not when the key was pressed, so to give
// a key a new meaning too early loses or swaps characters. Therefore
//
//   - as many characters as there are spare keys are put on them at once, and
//     they stay there until [Display.Close], so that most texts after the first
//     need no change, each of which costs every program of the desktop;
//   - a spare key gets another meaning, or none, only when the program has
//     handled all keys sent to it. A window that answers _NET_WM_PING is asked,
//     since it handles ping and keys in their order. Others, such as xterm, are
//     watched: all threads of a program that has handled everything sleep. Where
//     the program cannot be watched either, since it runs on another machine,
//     there is a pause that grows with what was sent.
//
// CapsLock and other locks are off while typing and back on afterwards, and
// the active layout group is the one that is typed with. Keys that the user
// still holds down, of the hot key that started the dictation, are waited for
// up to a second; modifiers held for longer are released with XTEST and not
// pressed again, as nothing tells whether the user still holds them.
//
// # Pasting
//
// [Display.Paste] reads the clipboard in all its formats, takes it over, sends
// the key stroke that pastes in the focused window, waits until this very
// window's program has taken the text, and then offers what was there before.
// On X11 a clipboard lasts as long as its owner, so the Display goes on to
// serve it until Close or until another program takes the clipboard;
// [Display.Serve] waits for the latter.
package x11
