// Package bundle packs what a report of a bug needs into one archive, and keeps
// out of it what is nobody's business: texts that were spoken, secrets, prompts,
// names of files, the home folder's name.
//
//	b := bundle.Collect(ctx, bundle.Options{Logs: folder, Now: time.Now()})
//	err := b.WriteFile("voiceflow-bundle.tar.gz", false)
//
// Logs and the record of checks pass by a list of known fields with their types;
// whatever is not on it, or not of its type, stays out, so that a field that is
// new does not slip through. A message is a sentence and may quote anything, so
// only a stand-in for it passes. Each part is bounded in size.
package bundle
