package dashboard

import (
	"fmt"
	"net/http"
	"time"
)

// How a page is fed.
const (
	lookTime  = 50 * time.Millisecond  // so often there may be news,
	readTime  = 250 * time.Millisecond // sent no oftener than this while the logs are read for the first time,
	pushTime  = time.Second            // and than this afterwards;
	quietTime = 5 * time.Second        // without news this often, since alerts grow old
	slowTime  = 5 * time.Second        // a page that takes longer to take its data is dropped
)

// events feeds a page with server-sent events: each holds all that the page
// shows, so that one that missed some misses nothing.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.clients <- struct{}{}:
		defer func() { <-s.clients }()
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, fmt.Sprintf("%d pages are open already; close one", maxClients), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	name := r.URL.Query().Get("range")
	sent, last, between := -1, time.Time{}, readTime
	ticker := time.NewTicker(lookTime)
	defer ticker.Stop()
	for {
		version, done := s.hub.current()
		since, justDone := time.Since(last), done && between == readTime
		if since >= quietTime || justDone || version != sent && since >= between {
			data, err := s.hub.data(name)
			if err != nil || send(w, out, data) != nil {
				return
			}
			sent, last = version, time.Now()
			if done {
				between = pushTime
			}
		}
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		case <-s.ending:
			return
		}
	}
}

func send(w http.ResponseWriter, out *http.ResponseController, data []byte) error {
	if err := out.SetWriteDeadline(time.Now().Add(slowTime)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
		return err
	}
	return out.Flush()
}
