package server

import (
	"net/http"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"voiceflow/internal/transcribe"
	"voiceflow/pkg/engine"
	"voiceflow/pkg/event"
)

// figures are what GET /metrics shows.
type figures struct {
	registry   *prometheus.Registry
	utterances prometheus.Counter
	audio      prometheus.Counter
	processing prometheus.Counter
	retries    prometheus.Counter
	refused    prometheus.Counter
	cancelled  prometheus.Counter
	failed     *prometheus.CounterVec
	speed      prometheus.Histogram
	latency    *prometheus.HistogramVec

	mu      sync.Mutex
	loaded  []*Model
	retired int // recognisers replaced in models that are no longer loaded
}

// namespace is the start of the names of all figures of the server.
const namespace = "voiceflow_server"

func newFigures(s *Server) *figures {
	f := &figures{registry: prometheus.NewRegistry()}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help})
		f.registry.MustRegister(c)
		return c
	}
	f.utterances = counter("decodings_total", "Windows and utterances decoded.")
	f.audio = counter("audio_seconds_total", "Audio decoded, in seconds.")
	f.processing = counter("processing_seconds_total", "Time spent decoding, in seconds.")
	f.retries = counter("retries_total", "Decodings after the first of the same audio.")
	f.refused = counter("refused_total", "Requests refused because too many were waiting.")
	f.cancelled = counter("cancelled_total", "Requests whose client left before the answer.")
	f.failed = prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: "errors_total",
		Help: "Requests that failed, by reason."}, []string{"reason"})
	f.speed = prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "speed_factor",
		Help:    "Length of the audio divided by the time spent decoding it.",
		Buckets: []float64{0.5, 1, 2, 4, 8, 16, 32, 64, 128}})
	f.latency = prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: "latency_seconds",
		Help:    "Time from a request, or the end of an utterance, to its text.",
		Buckets: []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300}}, []string{"interface"})
	gauge := func(name, help string, value func() float64) {
		f.registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, value))
	}
	gauge("queue_depth", "Windows that wait for a recogniser.", func() float64 { return float64(s.turns.Waiting()) })
	gauge("requests", "Requests being served or waiting.", func() float64 { return float64(len(s.room) + len(s.pipes)) })
	gauge("models_loaded", "Models loaded.", func() float64 { return float64(len(s.models.State().Loaded)) })
	gauge("degraded", "Compromises made after errors, such as from GPU to CPU.",
		func() float64 { return float64(len(f.degraded())) })
	f.registry.MustRegister(f.failed, f.speed, f.latency, refreshCounter{f}, modelInfos{f},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return f
}

func (f *figures) handler() http.Handler {
	return promhttp.HandlerFor(f.registry, promhttp.HandlerOpts{})
}

// decoded counts a window.
func (f *figures) decoded(r *engine.Result) {
	f.utterances.Inc()
	f.audio.Add(r.Duration)
	f.retries.Add(float64(r.Retries))
	if took := r.Processing.Seconds(); took > 0 {
		f.processing.Add(took)
		f.speed.Observe(r.Duration / took)
	}
}

// opened and closed tell which models are loaded.
func (f *figures) opened(m *Model) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loaded = append(f.loaded, m)
}

func (f *figures) closed(m *Model) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retired += m.Refreshes()
	f.loaded = slices.DeleteFunc(f.loaded, func(other *Model) bool { return other == m })
}

// degraded lists the compromises of all models.
func (f *figures) degraded() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, m := range f.loaded {
		all = append(all, m.Degraded()...)
	}
	return all
}

// refreshCounter counts the recognisers that were replaced.
type refreshCounter struct{ *figures }

var refreshes = prometheus.NewDesc(namespace+"_refreshes_total",
	"Recognisers replaced after a number of decodings.", nil, nil)

func (c refreshCounter) Describe(out chan<- *prometheus.Desc) { out <- refreshes }

func (c refreshCounter) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.retired
	for _, m := range c.loaded {
		n += m.Refreshes()
	}
	out <- prometheus.MustNewConstMetric(refreshes, prometheus.CounterValue, float64(n))
}

// modelInfos shows the models that are loaded, and their devices.
type modelInfos struct{ *figures }

var loadedModels = prometheus.NewDesc(namespace+"_model_info", "Models loaded and their devices; always 1.",
	[]string{"model", "device"}, nil)

func (c modelInfos) Describe(out chan<- *prometheus.Desc) { out <- loadedModels }

func (c modelInfos) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[[2]string]bool{}
	for _, m := range c.loaded {
		if key := [2]string{m.Model(), m.Device()}; !seen[key] { // one may be about to be replaced
			seen[key] = true
			out <- prometheus.MustNewConstMetric(loadedModels, prometheus.GaugeValue, 1, key[0], key[1])
		}
	}
}

// measure logs the cost of a transcript, which an interface has produced.
func (s *Server) measure(m *Model, it *transcribe.Item, t *event.Transcript) {
	cost := transcribe.Cost{Waiting: s.turns.Waiting()}
	if m != nil {
		cost.Usage, cost.Refreshes = m.Usage(), m.Refreshes()
	}
	transcribe.Measure(s.config().Measured, it, t, cost)
}
