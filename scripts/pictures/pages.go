package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// dashboard photographs the dashboard at the end of a made-up week.
func (s *scene) dashboard() error {
	now := time.Now()
	logs := filepath.Join(s.home, "week")
	if err := writeWeek(logs, now); err != nil {
		return err
	}
	if err := writeChecks(filepath.Join(s.state, "history/checks.jsonl"), now); err != nil {
		return err
	}
	cmd := exec.Command("vf-health", "dashboard", "--logs", logs, "--listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("vf-health dashboard: %w", err)
	}
	address = strings.TrimSpace(address)
	// In this zone it is an afternoon, whenever the pictures are made.
	zone := fmt.Sprintf("Etc/GMT%+d", now.UTC().Hour()-16)
	p := page{address: address, drawn: "document.documentElement.dataset.drawn", last: "#charts figure", zone: zone}
	return s.themes("dashboard", p, []size{{"", 1280}, {"-narrow", 390}})
}

// report photographs the analysis of that week.
func (s *scene) report() error {
	logs := filepath.Join(s.home, "reported")
	end := time.Date(2026, 11, 27, 17, 30, 0, 0, time.UTC)
	if err := writeWeek(logs, end); err != nil {
		return err
	}
	path := filepath.Join(s.home, "report.html")
	cmd := exec.Command("vf-health", "analyze", "--format", "html", "--output", path, logs)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("vf-health analyze: %w\n%s", err, out)
	}
	p := page{address: "file://" + path, drawn: `document.querySelector("footer")`, last: "figure", zone: "UTC"}
	return s.themes("report", p, []size{{"", 1060}})
}

// size is the width of a window, in pixels, and what it adds to a picture's name.
type size struct {
	suffix string
	width  int64
}

// themes photographs a page in both themes and all sizes.
func (s *scene) themes(name string, p page, sizes []size) error {
	browser, cancel, err := newBrowser()
	if err != nil {
		return err
	}
	defer cancel()
	ctx, stop := context.WithTimeout(browser, 2*time.Minute)
	defer stop()
	for _, p.theme = range []string{"light", "dark"} {
		for _, size := range sizes {
			p.width = size.width
			shot, err := photograph(ctx, p)
			if err != nil {
				return err
			}
			if err := s.write(name+size.suffix+"-"+p.theme+".png", shot); err != nil {
				return err
			}
		}
	}
	return nil
}
