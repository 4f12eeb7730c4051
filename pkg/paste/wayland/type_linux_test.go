package wayland_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"voiceflow/pkg/paste/wayland"
)

// alphabets are ranges of characters from all kinds of texts.
var alphabets = [][2]rune{
	{' ', '~'}, {' ', '~'}, {' ', '~'}, {0xa1, 0x17f}, {'α', 'ω'}, {'А', 'я'}, {'א', 'ת'}, {'ا', 'ي'}, {'अ', 'ह'},
	{'ก', 'ฮ'}, {0x300, 0x36f}, {0x200b, 0x200d}, {'…', '…'}, {'€', '€'}, {'ぁ', 'ん'}, {'一', '龥'}, {'가', '힣'},
	{0xfe0f, 0xfe0f}, {0x1f300, 0x1f64f}, {0x1d400, 0x1d454}, {0x20000, 0x20100},
}

func randomText(r *rand.Rand, length int) string {
	var b strings.Builder
	for range length {
		span := alphabets[r.IntN(len(alphabets))]
		b.WriteRune(span[0] + r.Int32N(span[1]-span[0]+1))
	}
	return b.String()
}

func TestTypeRandomTexts(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	d := s.open()
	r := rand.New(rand.NewPCG(1, 2))
	var all strings.Builder
	for i := range 100 {
		text := randomText(r, 1+r.IntN(60))
		if i == 0 {
			text = "Größe: ä ß é 中文 😀 👩‍💻 ❤️ e\u0301 a\u0308\u0323"
		}
		if err := d.Type(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		all.WriteString(text)
		s.want(got, all.String())
	}
}

// TestTypeFirstCharacter types with a new Display each time, while the seat has
// another keyboard, as most seats do.
func TestTypeFirstCharacter(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	if err := s.open().Type(t.Context(), "|"); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	want := "|"
	for range 500 {
		text := randomText(r, 3) + "|"
		d, err := wayland.Open(s.socket)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Type(t.Context(), text)
		d.Close()
		if err != nil {
			t.Fatal(err)
		}
		want += text
	}
	s.want(got, want)
}

// TestTypeFirstKeyboard types on a seat whose only keyboard is that of the Display,
// which the application must notice first.
func TestTypeFirstKeyboard(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	want := ""
	for range 10 {
		d := s.open()
		if err := d.Type(t.Context(), "hello wörld "); err != nil {
			t.Fatal(err)
		}
		d.Close()
		want += "hello wörld "
		s.want(got, want)
	}
}

// TestTypeLong types more characters than a keymap has, and more than fit into an
// application's socket.
func TestTypeLong(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	d := s.open()
	var b strings.Builder
	for i := range 1000 {
		b.WriteRune('一' + rune(i))
	}
	b.WriteString(strings.Repeat("The quick brown fox jumps! ", 9000/27+1)[:9000])
	start := time.Now()
	if err := d.Type(t.Context(), b.String()); err != nil {
		t.Fatal(err)
	}
	s.want(got, b.String())
	t.Logf("10,000 characters in %v", time.Since(start).Round(time.Millisecond))
	if took := time.Since(start); took > 60*time.Second {
		t.Errorf("10,000 characters took %v, want at most 60 s", took)
	}
}

// TestTypeIntoStalledApplication stops the application for 2 seconds while 1000
// characters are typed.
func TestTypeIntoStalledApplication(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	d := s.open()
	if err := d.Type(t.Context(), "|"); err != nil { // the seat's first keyboard
		t.Fatal(err)
	}
	if err := s.foot.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(2*time.Second, func() { _ = s.foot.Process.Signal(syscall.SIGCONT) })
	text := strings.Repeat("hello you ", 100)
	if err := d.Type(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	s.want(got, "|"+text)
}

// TestTypeWhileControlIsHeld has the user hold down a key on another keyboard, and
// then release it and press it again repeatedly.
func TestTypeWhileControlIsHeld(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	user, d := s.open(), s.open()
	if err := user.Hold(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("hello wörld ", 20)
	if err := d.Type(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	s.want(got, text)
	pressed := make(chan error)
	go func() {
		var err error
		for i := 0; i < 40 && err == nil; i++ {
			err = errors.Join(user.Release(), user.Hold(t.Context()))
			time.Sleep(10 * time.Millisecond)
		}
		pressed <- err
	}()
	if err := d.Type(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	s.want(got, text+text)
	if err := <-pressed; err != nil {
		t.Fatal(err)
	}
}

func TestTypeEnterAndTab(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	if err := s.open().Type(t.Context(), "a\tb\nc"); err != nil {
		t.Fatal(err)
	}
	s.want(got, "a\tb\rc") // a terminal turns Enter into \r
}

func TestTypeRefusesWhatNoKeyTypes(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	got := s.terminal()
	d := s.open()
	for _, text := range []string{"a\x1b[31m", "a\x00", "a\x7f", "a\u0085", "a\xff", "a\ufefb", "ab\r"} {
		if err := d.Type(t.Context(), text); err == nil || !strings.Contains(err.Error(), "byte ") {
			t.Errorf("Type(%q): error %v, want one that names the byte", text, err)
		}
	}
	for _, text := range []string{"", "\ufffd"} {
		if err := d.Type(t.Context(), text); err != nil {
			t.Errorf("Type(%q): %v", text, err)
		}
	}
	s.want(got, "\ufffd") // and no part of the refused texts
}

func TestTypeIsBoundedByContext(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	d := s.open()
	if err := syscall.Kill(s.sway.Process.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := d.Type(ctx, "hello"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v with a deadline of 200 ms", took)
	}
}

func TestCompositorDies(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	s.terminal()
	d := s.open()
	time.AfterFunc(300*time.Millisecond, func() { _ = s.sway.Process.Kill() })
	err := d.Type(t.Context(), strings.Repeat("hello ", 10_000))
	if err == nil || !strings.Contains(err.Error(), "compositor") || !strings.Contains(err.Error(), "type: sent ") {
		t.Errorf("error is %v, want one that names the compositor and how much was typed", err)
	}
	if _, err := d.Paste(t.Context(), "text", wayland.CtrlV); err == nil {
		t.Error("no error for a paste without a compositor")
	}
	_ = s.sway.Wait() // until its socket is closed
	if _, err := wayland.Open(s.socket); err == nil || !strings.Contains(err.Error(), "WAYLAND_DISPLAY") {
		t.Errorf("error is %v, want one with a remedy", err)
	}
}

func TestFocused(t *testing.T) {
	t.Parallel()
	s := startSway(t)
	d := s.open()
	if app, err := d.Focused(t.Context()); app != "" || err != nil {
		t.Errorf("without windows: %q, %v", app, err)
	}
	s.terminal()
	if app, err := d.Focused(t.Context()); app != "foot" || err != nil {
		t.Errorf("with a terminal: %q, %v", app, err)
	}
}
