// Package bundle packs everything needed for a bug report into one archive, without
// private data: spoken text, secrets, prompts, file names, or the name of the home
// folder.
//
//	b := bundle.Collect(ctx, bundle.Options{Logs: folder, Now: time.Now()})
//	err := b.WriteFile("voiceflow-bundle.tar.gz", false)
//
// Logs and records of checks are filtered by a list of known fields and their types.
// Anything that is not on the list, or has the wrong type, is left out, so a new
// field cannot slip through. A message may quote anything, so it is replaced by a
// stand-in. The size of each part is bounded.
package bundle
