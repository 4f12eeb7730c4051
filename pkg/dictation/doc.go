// Package dictation prepares transcripts for typing. It joins them with the right
// spaces, carries out spoken punctuation and commands ("full stop", "new line",
// "scratch that"), writes numbers and units in figures, spells words the way the user
// wants, and drops doubtful and repeated text. It does not type anything.
//
// [New] makes a [Dictation] from [Options]; without any, it just joins texts.
// [Dictation.Add] takes a transcript, [Dictation.AddText] a line of text. Both
// return an [Edit]: how many characters to delete from the end of the delivered
// text, and what to insert afterwards. It is up to the caller to delete them. A
// caller that can never delete sets Options.NoDelete; one that can no longer do
// so, because another window has the focus, calls [Dictation.Reset]. A caller
// that replaces the whole text each time, for example on a clipboard, uses
// [Dictation.Text].
//
// # Order
//
// A text goes through Options.Clean and the filters. Then a single pass from left
// to right finds the longest phrase at each position, whether a command, a
// replacement or a custom word. The result of a phrase is not searched again. If
// the same phrase is defined more than once, a replacement overrides a command,
// and a command a custom word. Where there is no phrase, a number may begin. Spaces
// and capitals come last.
//
// # Commands and words
//
// "The period of time" has no command in it. The words and marks around a phrase of a
// built-in table decide; its lists are at the end of commands/en.toml. If in doubt the
// phrase stays a word, except at the end of a clause. A phrase with a pause on both
// sides is always a command: one that is an utterance of its own, or stands between
// two punctuation marks of the recogniser's. These marks merge with the command's.
//
// "quote" only counts if "unquote" follows in the same utterance, and stays a word
// otherwise. "open quote" and "open bracket" cannot be mistaken; they stay open across
// utterances until "close quote" or "close bracket".
//
// # Safety
//
// A transcript may contain any character, and Enter runs commands in many
// programs. Set Options.Clean to a function that removes control characters and
// line breaks. Any of these in an Edit then comes from a command or a
// replacement, whose files may contain line breaks and tabs, but no other control
// characters. Cleaning an Edit instead would make its counts wrong.
package dictation
