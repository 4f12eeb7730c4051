// Package dictation is what becomes of transcripts before they are typed: it
// joins them with the right spaces, carries out spoken punctuation and
// commands ("full stop", "new line", "scratch that"), writes words the way the
// user wants them, and leaves out what is doubtful or was there before.
//
// [New] makes a [Dictation] from [Options], with which it does no more than to
// join, unless more is asked for. [Dictation.Add] takes a transcript and
// [Dictation.AddText] a line of text. Each returns an [Edit]: how many
// characters to take back from the end of what was delivered before, and what
// to insert then. How to take back is up to the caller, and so is whether: one
// who never can sets Options.NoDelete, and one who no longer can, because
// another window has the focus, calls [Dictation.Reset]. A caller that
// replaces the whole text each time, as on a clipboard, uses [Dictation.Text].
//
// # Order
//
// A text goes through Options.Clean, then the filters, then one pass from left
// to right that finds the longest phrase at each place, be it a command, a
// replacement or a custom word. What a phrase becomes is not looked at again.
// Where several are the same phrase, a replacement wins over a command and a
// command over a custom word. Then come the spaces and capitals.
//
// # Safety
//
// A transcript can have any characters in it, and Enter is a command to many
// programs. Set Options.Clean to something that takes out control characters
// and line ends: then every one in an Edit comes from a command or a
// replacement, of which line ends and tabs are the only ones that files may
// hold. Cleaning an Edit instead would make the counts wrong.
package dictation
