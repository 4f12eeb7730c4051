package server

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"voiceflow/internal/server/wire"
)

// Guard decides who may use the server.
type Guard struct {
	// Token is what clients must send as "Authorization: Bearer TOKEN"; if it is empty,
	// they need not.
	Token string
	// Hosts are names by which clients may address the server over TCP, in addition to
	// those of this machine's loopback interface. With a token, any name will do.
	Hosts []string
}

// connection identifies the connection of a request.
type connection struct {
	id    int64
	local bool // over a Unix socket, whose peer was checked
}

type connectionKey struct{}

// withConnection is http.Server.ConnContext.
func (s *Server) withConnection(ctx context.Context, c net.Conn) context.Context {
	_, local := c.LocalAddr().(*net.UnixAddr)
	return context.WithValue(ctx, connectionKey{}, connection{s.connections.Add(1), local})
}

func connectionOf(r *http.Request) connection {
	c, _ := r.Context().Value(connectionKey{}).(connection)
	return c
}

// clientName returns what has its own turn: a client of ours, or a connection.
func clientName(r *http.Request) string {
	if name := r.Header.Get(wire.ClientHeader); name != "" && len(name) <= 64 {
		return name
	}
	return fmt.Sprintf("connection %d", connectionOf(r).id)
}

// protect refuses requests of those who may not use the server.
func (s *Server) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := s.config().Guard
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // of the request before on this connection
		switch {
		case !g.knows(r):
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, http.StatusUnauthorized, "invalid_api_key",
				"this server needs its token, as Authorization: Bearer TOKEN")
		case !g.isOwnHost(r):
			writeError(w, http.StatusForbidden, "host", "Host "+r.Host+" is not a name of this server; see --host")
		case !g.isOwnPage(r):
			writeError(w, http.StatusForbidden, "origin", "pages of other sites may not use this server")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// knows reports whether a request has the token, if one is needed.
func (g Guard) knows(r *http.Request) bool {
	if g.Token == "" {
		return true
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare([]byte(token), []byte(g.Token)) == 1
}

// isOwnHost reports whether a request is addressed to this server. A page can make a name
// of its own resolve to this machine, but cannot make a browser send another name.
func (g Guard) isOwnHost(r *http.Request) bool {
	return connectionOf(r).local || g.Token != "" || g.owns(r.Host)
}

// isOwnPage reports whether a request comes from no page, or from one of this server.
func (g Guard) isOwnPage(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) && g.isOwnHost(r)
}

// owns reports whether a Host header names this machine's loopback interface, or a host
// that was allowed.
func (g Guard) owns(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() {
		return true
	}
	return name == "localhost" || slices.Contains(g.Hosts, name)
}
