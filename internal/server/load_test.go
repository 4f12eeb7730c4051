package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"voiceflow/internal/test/await"
)

// TestManyClients: with 32 clients at once, of whose requests some are cancelled, malformed
// or slow, every good request gets its own answer, and nothing is left behind.
func TestManyClients(t *testing.T) {
	c := testConfig(t, &fake{name: "small", pause: time.Millisecond})
	c.Waiting = 100
	s, url := start(t, c)
	post(t, url+transcriptions, wav(t, 100)) // loads the model
	http.DefaultClient.CloseIdleConnections()
	goroutines, descriptors := runtime.NumGoroutine(), openFiles(t)
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	client := &http.Client{Transport: transport}
	var wrong, answered atomic.Int64
	var clients sync.WaitGroup
	numbers := make(chan int)
	for range 32 {
		clients.Go(func() {
			for n := range numbers {
				if err := oneOfMany(t, client, url, n); err != nil {
					wrong.Add(1)
					t.Errorf("request %d: %v", n, err)
				} else {
					answered.Add(1)
				}
			}
		})
	}
	for n := range 1000 {
		numbers <- n
	}
	close(numbers)
	clients.Wait()
	if wrong.Load() > 0 || answered.Load() != 1000 {
		t.Errorf("%d wrong, %d answered", wrong.Load(), answered.Load())
	}
	transport.CloseIdleConnections()
	await.True(t, "the end of the work", func() bool {
		return len(s.room) == 0 && runtime.NumGoroutine() <= goroutines+5 && openFiles(t) <= descriptors+2
	})
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("%d files left in the temporary folder", len(left))
	}
}

// oneOfMany sends a request, of a kind that depends on its number, and checks the answer.
func oneOfMany(t *testing.T, client *http.Client, url string, n int) error {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	samples := 1000 + n
	recording, want := wav(t, samples), http.StatusOK
	switch n % 10 {
	case 3:
		recording, want = []byte("not a recording"), http.StatusBadRequest
	case 5:
		time.AfterFunc(time.Duration(n%7)*time.Millisecond, cancel)
	}
	r := upload(t, ctx, url+transcriptions, recording)
	if n%10 == 7 {
		r.Body = io.NopCloser(&slowBody{from: r.Body})
	}
	response, err := client.Do(r)
	if err != nil {
		if n%10 == 5 && errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
	defer response.Body.Close()
	var answer struct{ Text string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		if n%10 == 5 && errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
	if response.StatusCode != want || want == http.StatusOK && answer.Text != textOf(samples) {
		return fmt.Errorf("status %d, %q", response.StatusCode, answer.Text)
	}
	return nil
}

// slowBody sends a few pieces with pauses between them.
type slowBody struct {
	from  io.Reader
	reads int
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.reads++; b.reads < 5 {
		time.Sleep(5 * time.Millisecond)
		p = p[:min(len(p), 200)]
	}
	return b.from.Read(p)
}

// openFiles returns how many descriptors this process has.
func openFiles(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}
