// Package x11 puts text into the focused window of an X11 desktop: it types the
// text, or pastes it and then restores the clipboard. It speaks the X protocol
// itself, so there is no program to install, and it reports an error unless the
// whole text was delivered.
//
// # Typing
//
// A character that the keyboard layout has is typed with its key, plus Shift and
// AltGr if needed. For other characters, [Display.Type] puts symbols on spare
// keys, which are keys without a symbol. There is a catch: a program looks up
// the meaning of a key when it handles the key, not when the key is pressed, so
// changing a key too early loses or swaps characters. Therefore
//
//   - all spare keys get symbols in one change, if that many are needed. The
//     symbols stay until [Display.Close], so that most texts after the first
//     need no change; every change costs all programs of the desktop time;
//   - a spare key is changed or cleared only after the program has handled all
//     keys sent to it. If the window supports _NET_WM_PING, we ping it, since it
//     handles pings and keys in order. Otherwise, as for xterm, we watch the
//     program: when it has handled everything, all its threads sleep. If it runs
//     on another machine and cannot be watched, we pause for a time that grows
//     with the number of characters sent.
//
// Typing stops when the context is done. At most 256 characters are then still on their
// way to the program, since Type waits for it that often.
//
// CapsLock and other locks are off while typing and back on afterwards. Typing
// uses the active layout group. If the user still holds keys down, such as the
// hot key that started the dictation, typing waits for up to a second. It then
// releases the modifiers with XTEST and does not press them again, since it cannot
// know whether the user still holds them.
//
// # Pasting
//
// [Display.Paste] reads the clipboard in all its formats, takes it over, sends
// the keystroke that pastes into the focused window, waits until the program of
// that window has taken the text, and then offers the previous content again. On
// X11, clipboard content lasts only as long as its owner, so the Display serves
// it until Close or until another program takes the clipboard; [Display.Serve]
// waits for the latter.
package x11
