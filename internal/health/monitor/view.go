package monitor

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"voiceflow/internal/prose"
)

// styles are the text styles of the view. They add no meaning that is not also in
// the words; the zero value is plain text.
type styles struct {
	title, faint, critical, warning, good lipgloss.Style
}

func colours() styles {
	plain := lipgloss.NewStyle()
	return styles{
		title: plain.Bold(true), faint: plain.Faint(true),
		critical: plain.Bold(true).Foreground(lipgloss.BrightRed),
		warning:  plain.Bold(true).Foreground(lipgloss.Yellow),
		good:     plain.Foreground(lipgloss.Green),
	}
}

const help = `What you see
  Alerts       limits exceeded by the last 20 items of the last 10 minutes
  Programs     running, stopped (with exit code), or gone: ended unexpectedly
  Utterances   latest first; files by name. Logs never contain the text.
  Problems     warnings and errors of all programs

Keys
  up, down, page up, page down, home, end    scroll
  p            pause or resume
  ?            show or hide this help
  q, Ctrl-C    quit`

// View draws the whole terminal.
func (m *Model) View() tea.View {
	body := m.body()
	top := max(0, min(m.top, len(body)-m.page()))
	shown := body[top:min(len(body), top+m.page())]
	lines := append([]string{m.header()}, shown...)
	for len(lines) < m.height-1 {
		lines = append(lines, "")
	}
	lines = append(lines, m.footer(top, len(body)))
	if len(lines) > m.height {
		lines = lines[:max(1, m.height)]
	}
	view := tea.NewView(strings.Join(lines, "\n"))
	view.AltScreen = true
	view.WindowTitle = "vf-health monitor"
	return view
}

func (m *Model) header() string {
	text := "VoiceFlow"
	if m.paused {
		text += "  PAUSED at " + m.snapshot.Time.Format("15:04:05") + ", p to resume"
	} else {
		text += "  " + m.snapshot.Time.Format("15:04:05")
	}
	if room := m.width - lipgloss.Width(text) - 2; room >= lipgloss.Width(m.options.Folder) {
		text += strings.Repeat(" ", room-lipgloss.Width(m.options.Folder)+2) + prose.Line(m.options.Folder)
	}
	return colours().title.Render(cut(text, m.width))
}

func (m *Model) footer(top, lines int) string {
	text := "q quit  p pause  ? help"
	if lines > m.page() {
		text += fmt.Sprintf("  up/down scroll  %d-%d of %d", top+1, min(lines, top+m.page()), lines)
	}
	return colours().faint.Render(cut(text, m.width))
}

func (m *Model) body() []string {
	look := colours()
	switch {
	case m.help:
		return wrap(help, m.width)
	}
	lines := wrap(m.hint, m.width)
	if !Empty(m.snapshot) {
		lines = sections(m.snapshot, m.width, look, limits{utterances: 50, problems: 50, stopped: 5})
	}
	if text := m.complaint(); text != "" {
		lines = append(lines, wrap(text, m.width)...)
	}
	return lines
}

// complaint reports logs that could not be read.
func (m *Model) complaint() string {
	if m.broken == 0 {
		return ""
	}
	return fmt.Sprintf("\nunreadable log lines or files: %d, the last: %s",
		m.broken, prose.Line(m.lastErr.Error()))
}

func wrap(text string, width int) []string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, fold(line, max(width, 1))...)
	}
	return lines
}
