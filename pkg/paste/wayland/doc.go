// Package wayland puts text into the focused window of a Wayland desktop: it types
// the text on a virtual keyboard, or puts it on the clipboard and presses the keys
// that paste. It speaks the protocols itself, over the compositor's socket, and
// needs no C library and no other program.
//
// [Open] connects, [Display.Type] types, [Display.Paste] pastes,
// [Display.Focused] names the focused program, and [Display.Serve] keeps the
// user's clipboard alive after a Paste.
//
// The protocols are the core (wayland.xml), virtual-keyboard-unstable-v1,
// ext-data-control-v1 or the older wlr-data-control-unstable-v1, and
// wlr-foreign-toplevel-management-unstable-v1. Hyprland and the compositors based
// on wlroots (Sway, Wayfire, labwc, river) have them all. GNOME has none of them.
// KDE has the clipboard but no virtual keyboard for other programs.
//
// # The first character
//
// A seat has the capability "keyboard" while it has at least one keyboard. If it
// has none, as on a machine without input devices or with only a touch screen, our
// virtual keyboard is the first: the compositor announces the capability, and only
// then does the application ask for its wl_keyboard. A key pressed earlier is not
// sent to the application, which only sees it in the list of held keys in
// wl_keyboard.enter and types nothing for it. A tool that types immediately loses
// the first letter this way. No event shows when an application has its
// wl_keyboard, so on such a seat this package waits half a second before the first
// text. If the seat already had a keyboard, the application has its wl_keyboard
// and receives the new keymap, the modifiers and the key in this order, so no wait
// is needed. Our keyboard stays until Close.
//
// # Keymaps
//
// The compositor sends a new keymap to applications in order with the keys, so a
// text with more characters than a keymap has keys can change the keymap half way.
// Applications under Xwayland read their keymap when they handle a key, so there is
// a short pause before each change.
//
// # Slow applications
//
// A compositor disconnects an application whose socket is full. Keys are sent in
// bursts, which take less space than single keys, at 500 characters per second.
// With libwayland 1.21, an application that was stopped for 6 seconds got all of
// 3,000 characters; one that was stopped for 7 seconds was disconnected. Longer
// texts are better pasted.
//
// # Modifiers that the user holds down
//
// wlroots keeps separate modifiers for each keyboard and sends those of the
// keyboard that pressed a key last. Our keyboard has none held, so the text is not
// affected if the user still holds down a hotkey's modifiers. Keys that the user
// presses meanwhile come through unchanged.
package wayland
