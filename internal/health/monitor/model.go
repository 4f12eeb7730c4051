// Package monitor shows in a terminal what the programs do: a [Model] for
// Bubble Tea that lives, and [Text] of one moment.
//
//	model := monitor.New(monitor.Options{Folder: folder, Limits: metrics.DefaultLimits()})
//	program := tea.NewProgram(model)
//	go func() {
//		for reading, err := range logrecord.Follow(folder, since)(ctx) {
//			if err == nil {
//				program.Send(monitor.News{Readings: []logrecord.Record{reading}})
//			}
//		}
//	}()
//	_, err := program.Run()
package monitor

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/logrecord"
)

// Options of a Model.
type Options struct {
	Folder string        // of the logs, to be shown
	Since  time.Duration // how far back they are read, to be shown
	Limits metrics.Limits
	// Alive tells whether a process runs; nil where that cannot be known, as
	// with the logs of another machine.
	Alive func(program string, pid int) bool
	Now   func() time.Time // nil: time.Now
}

// News are readings for a Model, and what went wrong with logs.
type News struct {
	Readings []logrecord.Record
	Errs     []error
}

// refreshTime is how often the view is drawn anew without news: alerts grow
// old, processes end without a word.
const refreshTime = time.Second

type tick time.Time

// Model is what the terminal shows. It is made by New.
type Model struct {
	options  Options
	state    *metrics.State
	snapshot metrics.Snapshot
	nothing  string // what is shown while there is nothing else
	broken   int    // logs and lines that could not be read
	lastErr  error  // of those

	width, height int
	top           int // first line of the body that is shown
	paused, help  bool
}

// New makes a Model without readings.
func New(o Options) *Model {
	if o.Now == nil {
		o.Now = time.Now
	}
	m := &Model{options: o, state: metrics.NewState(o.Limits), width: 80, height: 24}
	m.judge()
	return m
}

// Init starts the clock.
func (m *Model) Init() tea.Cmd { return nextTick() }

func nextTick() tea.Cmd {
	return tea.Tick(refreshTime, func(t time.Time) tea.Msg { return tick(t) })
}

// Update takes in readings, keys, and the size of the terminal.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case News:
		m.take(msg)
	case tick:
		m.judge()
		cmd = nextTick()
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		cmd = m.key(msg.String())
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			m.top -= 3
		case tea.MouseWheelDown:
			m.top += 3
		}
	}
	m.top = max(0, min(m.top, len(m.body())-m.page()))
	return m, cmd
}

func (m *Model) key(key string) tea.Cmd {
	switch key {
	case "q", "ctrl+c":
		return tea.Quit
	case "esc":
		m.help = false
	case "?", "h":
		m.help, m.top = !m.help, 0
	case "p", "space":
		m.paused = !m.paused
		m.judge()
	case "up", "k":
		m.top--
	case "down", "j":
		m.top++
	case "pgup":
		m.top -= m.page()
	case "pgdown":
		m.top += m.page()
	case "home", "g":
		m.top = 0
	case "end", "G":
		m.top = len(m.body())
	}
	return nil
}

// page is how many lines of the body the terminal shows.
func (m *Model) page() int { return max(1, m.height-2) }

func (m *Model) take(news News) {
	if n := len(news.Errs); n > 0 {
		m.broken, m.lastErr = m.broken+n, news.Errs[n-1]
	}
	for _, r := range news.Readings {
		m.state.Add(r)
	}
	m.judge()
}

// judge looks at the state as of now. What is paused stays as it was, but for
// the first look.
func (m *Model) judge() {
	if m.paused {
		return
	}
	m.snapshot = m.state.Snapshot(m.options.Now(), m.options.Alive)
	if Empty(m.snapshot) {
		m.nothing = Nothing(m.options.Folder, m.options.Since)
	}
}
