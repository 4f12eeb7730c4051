// Package service asks a transcription server, vf-transcribe --listen, how it is.
//
//	r := service.Read(ctx, "unix:/run/user/1000/voiceflow/transcribe.sock", "")
//	if r.Err != nil || r.Status != "ready" {
//		...
//	}
//
// It reads the server's /health and /metrics, which contain no text.
package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"voiceflow/internal/server/endpoint"
)

// Reading is the state of a server.
type Reading struct {
	Address string `json:"address"`
	Err     error  `json:"-"` // it does not answer; all fields below are then empty

	Status   string    `json:"status"` // as in docs/server.md: ready, idle, loading, degraded or stopping
	Models   []string  `json:"models"`
	Degraded []string  `json:"degraded,omitempty"`
	Waiting  int       `json:"waiting"`
	Device   string    `json:"device,omitempty"` // of a loaded model
	Started  time.Time `json:"started"`

	Decodings int     `json:"decodings"` // since the start
	Errors    int     `json:"errors"`
	Refreshes int     `json:"refreshes"`
	MemoryMB  float64 `json:"memory_mb"`
}

// Values of an address besides those of endpoint.Client.
const (
	Auto = "auto" // this user's server, if its socket exists
	None = "none"
)

// Resolve returns the address to read, or "" if there is nothing to read.
func Resolve(address string) string {
	switch address {
	case None:
		return ""
	case Auto:
		own := endpoint.Own()
		if _, err := os.Stat(strings.TrimPrefix(own, "unix:")); errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		return own
	}
	return address
}

// timeout is how long a server may take to answer.
const timeout = 5 * time.Second

// Read asks the server at an address.
func Read(ctx context.Context, address, token string) *Reading {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r := &Reading{Address: address}
	health, err := get(ctx, address, token, "/health")
	if err == nil {
		err = json.Unmarshal(health, r)
	}
	var figures []byte
	if err == nil {
		figures, err = get(ctx, address, token, "/metrics")
	}
	if err == nil {
		err = r.add(string(figures))
	}
	if err != nil {
		return &Reading{Address: address, Err: fmt.Errorf("server at %s: %w", address, err)}
	}
	return r
}

func get(ctx context.Context, address, token, path string) ([]byte, error) {
	client, base := endpoint.Client(address)
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	const most = 4 << 20
	data, err := io.ReadAll(io.LimitReader(response.Body, most))
	switch code := response.StatusCode; {
	case err != nil, code == http.StatusOK, code == http.StatusServiceUnavailable:
		return data, err
	case code == http.StatusUnauthorized:
		return nil, errors.New("it wants another secret; name its file with --server-token")
	default:
		return nil, fmt.Errorf("it answers %s", response.Status)
	}
}

// add adds what the server counts.
func (r *Reading) add(figures string) error {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(figures))
	if err != nil {
		return err
	}
	r.Decodings = int(sum(families["voiceflow_server_decodings_total"]))
	r.Errors = int(sum(families["voiceflow_server_errors_total"]))
	r.Refreshes = int(sum(families["voiceflow_server_refreshes_total"]))
	r.MemoryMB = sum(families["process_resident_memory_bytes"]) / (1 << 20)
	if start := sum(families["process_start_time_seconds"]); start > 0 {
		r.Started = time.Unix(int64(start), 0)
	}
	for _, m := range families["voiceflow_server_model_info"].GetMetric() {
		for _, label := range m.GetLabel() {
			if label.GetName() == "device" {
				r.Device = label.GetValue()
			}
		}
	}
	return nil
}

// sum adds up a counter or gauge over its labels.
func sum(family *dto.MetricFamily) (total float64) {
	for _, m := range family.GetMetric() {
		total += m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	return total
}

// interval is how often a Watcher reads.
const interval = 2 * time.Second

// Watcher reads a server again and again.
type Watcher struct{ latest atomic.Pointer[Reading] }

// Watch reads the server at an address until ctx ends. If the address is "", it reads
// nothing.
func Watch(ctx context.Context, address, token string) *Watcher {
	w := &Watcher{}
	if address == "" {
		return w
	}
	go func() {
		w.latest.Store(Read(ctx, address, token))
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				w.latest.Store(Read(ctx, address, token))
			case <-ctx.Done():
				return
			}
		}
	}()
	return w
}

// Latest returns the latest reading, nil if there is none yet or nothing is read.
func (w *Watcher) Latest() *Reading {
	return w.latest.Load()
}
