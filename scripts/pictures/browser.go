package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// page is a part of a web page that becomes a picture.
type page struct {
	address string
	drawn   string // script that is true once the page is complete
	last    string // selector of the last element of the picture
	width   int64  // in pixels
	theme   string // light or dark
	zone    string // time zone, such as Europe/Lisbon
}

// newBrowser starts Chromium. cancel ends it.
func newBrowser() (browser context.Context, cancel func(), err error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program))
		if os.Geteuid() == 0 {
			options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not work for root
		}
		ctx, cancelProgram := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancelTab := chromedp.NewContext(ctx)
		return ctx, func() { cancelTab(); cancelProgram() }, nil
	}
	return nil, nil, fmt.Errorf("chromium was not found: make test installs it")
}

// photograph returns the picture of a page as a PNG.
func photograph(browser context.Context, p page) ([]byte, error) {
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: p.theme}}
	if err := chromedp.Do(browser, chromedp.EmulateViewport(p.width, 1000)); err != nil {
		return nil, err
	}
	media := emulation.SetEmulatedMediaParams{Features: features}
	if _, err := chromedp.Call(browser, emulation.SetEmulatedMedia, media); err != nil {
		return nil, err
	}
	zone := emulation.SetTimezoneOverrideParams{TimezoneID: p.zone}
	if _, err := chromedp.Call(browser, emulation.SetTimezoneOverride, zone); err != nil {
		return nil, err
	}
	if err := chromedp.Do(browser, chromedp.Navigate(p.address)); err != nil {
		return nil, err
	}
	if err := p.wait(browser); err != nil {
		return nil, err
	}
	bottom, err := chromedp.Run(browser, chromedp.Evaluate[float64](
		fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().bottom", p.last)))
	if err != nil {
		return nil, err
	}
	if err := chromedp.Do(browser, chromedp.EmulateViewport(p.width, int64(bottom)+16)); err != nil {
		return nil, err
	}
	shot, err := chromedp.Run(browser, chromedp.CaptureScreenshot())
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	return quantise(picture, 256)
}

// wait waits until the page is complete.
func (p page) wait(browser context.Context) error {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		drawn, err := chromedp.Run(browser, chromedp.Evaluate[bool]("!!("+p.drawn+")"))
		if drawn || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not drawn after a minute", p.address)
		}
	}
}
