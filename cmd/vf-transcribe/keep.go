package main

import (
	"fmt"
	"maps"
	"strconv"
	"sync"

	"voiceflow/internal/cmdline"
	"voiceflow/internal/filelist"
	"voiceflow/internal/resume"
	"voiceflow/internal/transcribe"
	"voiceflow/pkg/whisper"
)

// keeper keeps what is decoded of the files in progress, next to where their transcripts
// go; see package resume. Its methods may be called at the same time.
type keeper struct {
	*plan
	env      *cmdline.Env
	settings *settings
	run      resume.Run // set by opened

	mu   sync.Mutex
	open map[*transcribe.Item]*transcribe.Kept
}

func newKeeper(env *cmdline.Env, s *settings, p *plan) *keeper {
	return &keeper{plan: p, env: env, settings: s, open: map[*transcribe.Item]*transcribe.Kept{}}
}

// opened is called with the backend before the first file is prepared.
func (k *keeper) opened(b *transcribe.Backend) {
	about := b.Describe()
	k.run = resume.Run{
		Versions: fmt.Sprintf("VoiceFlow %s, libwhisper %s", cmdline.Version, whisper.Version()),
		Model:    about.Model, Device: about.Device, Weights: b.Weights,
		Settings: resume.Settings(k.settings.engine.Decoding),
	}
	for name, value := range map[string]string{
		"pack":    strconv.FormatFloat(b.Window, 'g', -1, 64),
		"no-vad":  strconv.FormatBool(!k.settings.vad),
		"silero":  strconv.FormatBool(b.Confirm != nil),
		"channel": strconv.Itoa(k.settings.input.Channel),
		"track":   strconv.Itoa(k.settings.input.Track),
	} {
		k.run.Settings[name] = value
	}
}

// prepare finds the place of an item's transcript, and what an earlier run has kept of it.
func (k *keeper) prepare(it *transcribe.Item, file filelist.File) (skip bool, err error) {
	skip, err = k.plan.prepare(it, file)
	if skip || err != nil || !k.files || placeOf(it).source.size < 0 {
		return skip, err // a pipe cannot be read again
	}
	recording, err := resume.FileAt(file.Name)
	if err != nil {
		return false, nil // opening it will report the error
	}
	path := placeOf(it).stem + resume.Extension
	record, mismatch := resume.Open(path, resume.Identity{Recording: recording, Run: k.run}, k.resume)
	k.say(it, record, mismatch)
	it.Kept = &transcribe.Kept{Record: record, Failed: func(err error) { k.failed(it.Name(), err) }}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open[it] = it.Kept
	return false, nil
}

// say reports what is done with an existing file.
func (k *keeper) say(it *transcribe.Item, r *resume.Record, mismatch error) {
	windows, end := r.Done()
	switch {
	case mismatch != nil && k.resume:
		k.env.Log.Warn().Msgf("%s: starting from the beginning: %v", it.Name(), mismatch)
	case mismatch != nil:
		k.env.Log.Info().Msgf("%s: %v", it.Name(), mismatch)
	case windows > 0 && k.resume:
		k.env.Log.Info().Msgf("%s: going on from %s, after %.1f s", it.Name(), r.Path(), end)
	case windows > 0:
		k.env.Log.Info().Msgf("%s: starting from the beginning; --resume would go on from %s, after %.1f s",
			it.Name(), r.Path(), end)
	}
}

// failed reports that what was decoded of a file could not be kept.
func (k *keeper) failed(name string, err error) {
	k.env.Log.Warn().Msgf("%s: cannot keep what was decoded for --resume: %v", name, err)
}

// finished is called when the transcript of an item is written: what was kept has served
// its purpose.
func (k *keeper) finished(it *transcribe.Item) {
	if kept := k.forget(it); kept != nil {
		if err := kept.Remove(); err != nil {
			k.env.Log.Warn().Msgf("%s: %v; remove it", it.Name(), err)
		}
	}
}

// forget is called when nothing more is decoded of an item.
func (k *keeper) forget(it *transcribe.Item) *transcribe.Kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := k.open[it]
	delete(k.open, it)
	return kept
}

// save writes what was decoded of an item whose transcript could not be made.
func (k *keeper) save(it *transcribe.Item) {
	if kept := k.forget(it); kept != nil {
		k.write(it, kept)
	}
}

// saveAll writes what was decoded of all items in progress.
func (k *keeper) saveAll() {
	k.mu.Lock()
	open := maps.Clone(k.open)
	k.mu.Unlock()
	for it, kept := range open {
		k.write(it, kept)
	}
}

func (k *keeper) write(it *transcribe.Item, kept *transcribe.Kept) {
	if !kept.Changed() {
		return
	}
	if err := kept.Save(); err != nil {
		k.failed(it.Name(), err)
		return
	}
	_, end := kept.Done()
	k.env.Log.Warn().Msgf("%s: kept what was decoded up to %.1f s in %s; to go on from there, run it again with --resume",
		it.Name(), end, kept.Path())
}
