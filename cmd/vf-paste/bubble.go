package main

import (
	"context"
	"html"
	"sync"

	"github.com/rs/zerolog"

	"voiceflow/pkg/paste/notify"
)

// bubble shows notifications without making the text wait for the desktop.
type bubble struct {
	results bool           // results and failures are shown, not just the text so far
	shown   *notify.Bubble // nil: not connected
	warned  bool
	log     zerolog.Logger
	ended   chan struct{}

	mu      sync.Mutex
	changed sync.Cond
	waiting []message
	closed  bool
}

type message struct {
	title, body string
	urgent      bool
	soFar       bool // the next message makes it useless
}

// openBubble connects to the desktop. Without one, it tries again with each message.
func openBubble(log zerolog.Logger, results bool) *bubble {
	b := &bubble{results: results, log: log, ended: make(chan struct{})}
	b.connect()
	b.changed.L = &b.mu
	go b.run()
	return b
}

func (b *bubble) run() {
	defer close(b.ended)
	for {
		b.mu.Lock()
		for len(b.waiting) == 0 && !b.closed {
			b.changed.Wait()
		}
		if len(b.waiting) == 0 {
			b.mu.Unlock()
			return
		}
		m := b.waiting[0]
		b.waiting = b.waiting[1:]
		b.mu.Unlock()
		if b.shown == nil && !b.connect() {
			continue
		}
		if err := b.shown.Show(context.Background(), m.title, m.body, m.urgent); err != nil {
			b.warn(err)
			_ = b.shown.Close()
			b.shown = nil // the next message may have more luck
		}
	}
}

// connect connects to the desktop, and reports whether it has.
func (b *bubble) connect() bool {
	shown, err := notify.Open()
	if err != nil {
		b.warn(err)
		return false
	}
	b.shown = shown
	return true
}

// warn says once that messages cannot be shown.
func (b *bubble) warn(err error) {
	if !b.warned {
		b.warned = true
		b.log.Warn().Msg(err.Error())
	}
}

// progress shows a text that is still growing.
func (b *bubble) progress(text string) {
	b.show(message{title: "dictation", body: html.EscapeString(text), soFar: true})
}

// result shows what became of a dictation.
func (b *bubble) result(title, body string, urgent bool) {
	if b != nil && b.results {
		b.show(message{title: title, body: body, urgent: urgent})
	}
}

// cancelled replaces what was shown of a dictation.
func (b *bubble) cancelled() { b.show(message{title: "dictation", body: "cancelled"}) }

func (b *bubble) show(m message) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	if last := len(b.waiting) - 1; last >= 0 && b.waiting[last].soFar {
		b.waiting = b.waiting[:last]
	}
	b.waiting = append(b.waiting, m)
	b.changed.Signal()
}

// close shows what is waiting and ends the connection; the last message stays.
func (b *bubble) close() {
	if b == nil {
		return
	}
	b.mu.Lock()
	b.closed = true
	b.changed.Signal()
	b.mu.Unlock()
	<-b.ended
	if b.shown != nil {
		_ = b.shown.Close()
	}
}
