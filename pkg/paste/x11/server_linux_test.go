package x11_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/internal/test/await"
	"voiceflow/pkg/paste/x11"
)

func TestServerDies(t *testing.T) {
	for _, what := range []string{"type", "paste", "serve"} {
		t.Run(what, func(t *testing.T) {
			a := startX(t).xterm("target")
			before := runtime.NumGoroutine()
			d := a.open()
			a.copy("clipboard", "UTF8_STRING", "before")
			a.pastes(d, "text")
			time.AfterFunc(100*time.Millisecond, func() { a.server.Kill() })
			start := time.Now()
			var err error
			switch what {
			case "type":
				err = d.Type(t.Context(), strings.Repeat("word 中 ", 100000))
			case "paste":
				for err == nil {
					_, err = d.Paste(t.Context(), strings.Repeat("word", 1000))
				}
			case "serve":
				err = d.Serve(t.Context())
			}
			if !errors.Is(err, x11.ErrGone) {
				t.Errorf("error is %v, want ErrGone", err)
			}
			d.Close()
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if err := d.Type(t.Context(), "text"); !errors.Is(err, x11.ErrGone) {
				t.Errorf("error is %v, want ErrGone", err)
			}
			await.True(a, "the end of the goroutines", func() bool { return runtime.NumGoroutine() <= before })
		})
	}
}

func TestServerHangs(t *testing.T) {
	a := startX(t).xterm("target")
	d := a.open()
	a.types(d, mixed)
	if err := a.server.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer a.server.Signal(syscall.SIGCONT)
	start := time.Now()
	for _, call := range []func(context.Context) error{
		func(ctx context.Context) error { return d.Type(ctx, "text") },
		func(ctx context.Context) error { _, err := d.Paste(ctx, "text"); return err },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v, want context.DeadlineExceeded", err)
		}
		cancel()
	}
	d.Close()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestClose(t *testing.T) {
	a := startX(t).xterm("target")
	before := runtime.NumGoroutine()
	for range 5 {
		d, err := x11.Open(a.display)
		if err != nil {
			t.Fatal(err)
		}
		a.types(d, mixed)
		d.Close()
		d.Close()
	}
	await.True(a, "the end of the goroutines", func() bool { return runtime.NumGoroutine() <= before })
}
