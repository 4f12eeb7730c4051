// Package wayland puts text into the focused window of a Wayland desktop: by
// typing it on a virtual keyboard, or by way of the clipboard and a stroke that
// pastes. It speaks the protocols itself, over the compositor's socket, and
// needs no library of C and no other program.
//
// [Open] connects, [Display.Type] types, [Display.Paste] pastes,
// [Display.Focused] names the program in front, and [Display.Serve] keeps the
// user's clipboard alive after a Paste.
//
// The protocols are the core (wayland.xml), virtual-keyboard-unstable-v1,
// ext-data-control-v1 or the older wlr-data-control-unstable-v1, and
// wlr-foreign-toplevel-management-unstable-v1. Compositors with wlroots have
// them (Sway, Wayfire, labwc, river), and Hyprland; GNOME has none, and KDE the
// clipboard but no virtual keyboard for other programs.
//
// # The first character
//
// A seat has the capability "keyboard" as long as it has one. Where it has none,
// as on a machine without input devices or with a touch screen only, our virtual
// keyboard is the first: the compositor announces the capability, and only then
// does the application ask for its wl_keyboard. A key pressed before is not sent
// to it; it only finds the key among those held down in wl_keyboard.enter, which
// type nothing. That is how a tool that types at once loses the first letter.
// Nothing tells when an application has its wl_keyboard, so this package waits
// half a second, on such a seat and there for the first text only. Where the seat
// had a keyboard before, the application has its wl_keyboard already: the new
// keymap, the modifiers and the key come to it in this order, and there is
// nothing to wait for. The keyboard stays until Close.
//
// # Keymaps
//
// The compositor sends a new keymap to applications between the keys, in order,
// so that a text with more characters than a keymap has keys changes it on the
// way. Applications under Xwayland read their keymap when they come to a key;
// for them there is a short pause before each change.
//
// # Applications that are slow
//
// A compositor disconnects an application that lets its socket run full. Keys go
// out in bursts, which need less room than keys one by one, at 500 characters a
// second: with libwayland 1.21 an application that stood still for 6 seconds got
// all of 3,000 characters, and one for 7 seconds was disconnected. Longer texts
// had better be pasted.
//
// # Modifiers that are held down
//
// wlroots has the modifiers of each keyboard apart and sends those of the one
// that pressed a key last. Ours says that none is held, so that the text is the
// same while the user still holds down a hotkey's modifiers. Key presses of the
// user in between come through as they are.
package wayland
