package dashboard

import (
	"fmt"
	"net/http"
	"time"
)

// How a page is updated.
const (
	lookTime  = 50 * time.Millisecond  // interval at which to check for news
	readTime  = 250 * time.Millisecond // minimum between updates during the first read of the logs
	pushTime  = time.Second            // minimum between updates after that
	quietTime = 5 * time.Second        // between updates without news, as alerts expire
	slowTime  = 5 * time.Second        // time after which a page that does not read its data is dropped
)

// events updates a page with server-sent events. Each one holds everything the page
// shows, so a page that misses some loses nothing.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.clients <- struct{}{}:
		defer func() { <-s.clients }()
	default:
		w.Header().Set("Retry-After", "5")
		http.Error(w, fmt.Sprintf("%d pages are already open; close one", maxClients), http.StatusServiceUnavailable)
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
