// Package monitor shows in a terminal what the programs are doing: live, with a
// [Model] for Bubble Tea, or once, with [Text].
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
	"errors"
	"io/fs"
	"time"

	tea "charm.land/bubbletea/v2"

	"voiceflow/internal/health/metrics"
	"voiceflow/internal/health/service"
	"voiceflow/internal/logrecord"
)

// Options configures a Model.
type Options struct {
	Folder string        // of the logs; only shown
	Since  time.Duration // how far back the logs are read; only shown
	Limits metrics.Limits
	// Alive reports whether a process is running; nil if that cannot be determined,
	// as for logs of another machine.
	Alive func(program string, pid int) bool
	// Server returns the state of a transcription server, nil if there is none. It may be
	// nil.
	Server func() *service.Reading
	Now    func() time.Time // nil: time.Now
}

// News carries new readings, and errors from reading the logs, to a Model.
type News struct {
	Readings []logrecord.Record
	Errs     []error
}

// refreshTime is how often the view is redrawn without news, as alerts expire and
// processes can end without logging it.
const refreshTime = time.Second

type tick time.Time

// Model is the terminal's view. Create it with New.
type Model struct {
	options  Options
	state    *metrics.State
	snapshot metrics.Snapshot
	hint     string // shown while there is nothing else
	broken   int    // log lines and files that could not be read
	lastErr  error  // the latest of these errors

	width, height int
	top           int // first visible line of the body
	paused, help  bool
}

// New returns a Model without readings.
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

// Update handles news, key presses and changes of the terminal's size.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case News:
		m.add(msg)
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

// page returns the number of body lines that the terminal shows.
func (m *Model) page() int { return max(1, m.height-2) }

func (m *Model) add(news News) {
	for _, err := range news.Errs {
		if !errors.Is(err, fs.ErrNotExist) { // the hint covers a folder that does not exist yet
			m.broken, m.lastErr = m.broken+1, err
		}
	}
	for _, r := range news.Readings {
		m.state.Add(r)
	}
	m.judge()
}

// judge updates the snapshot, unless the view is paused.
func (m *Model) judge() {
	if m.paused {
		return
	}
	m.snapshot = m.state.Snapshot(m.options.Now(), m.options.Alive)
	if m.options.Server != nil {
		m.snapshot.AddServer(m.options.Server())
	}
	if Empty(m.snapshot) {
		m.hint = Nothing(m.options.Folder, m.options.Since)
	}
}
