package server

import (
	"net/http"
	"testing"
)

// TestGuard: pages of other sites, names that resolve to this machine, and those without
// the token get nothing.
func TestGuard(t *testing.T) {
	for _, tt := range []struct {
		name   string
		guard  Guard
		header []string
		want   int
	}{
		{"own", Guard{}, nil, http.StatusOK},
		{"localhost", Guard{}, []string{"Host", "localhost:8080"}, http.StatusOK},
		{"IPv6", Guard{}, []string{"Host", "[::1]:8080"}, http.StatusOK},
		{"rebinding", Guard{}, []string{"Host", "evil.example"}, http.StatusForbidden},
		{"rebinding with a port", Guard{}, []string{"Host", "evil.example:8080"}, http.StatusForbidden},
		{"a name like ours", Guard{}, []string{"Host", "localhost.evil.example"}, http.StatusForbidden},
		{"an allowed name", Guard{Hosts: []string{"asr.lan"}}, []string{"Host", "ASR.lan."}, http.StatusOK},
		{"another machine", Guard{}, []string{"Host", "192.0.2.1"}, http.StatusForbidden},
		{"another page", Guard{}, []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"another page on this machine", Guard{}, []string{"Origin", "http://localhost:1"}, http.StatusForbidden},
		{"a file", Guard{}, []string{"Origin", "null"}, http.StatusForbidden},
		{"a page, by its kind of request", Guard{}, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"typed into a browser", Guard{}, []string{"Sec-Fetch-Site", "none"}, http.StatusOK},
		{"no token", Guard{Token: "secret"}, nil, http.StatusUnauthorized},
		{"wrong token", Guard{Token: "secret"}, []string{"Authorization", "Bearer secre"}, http.StatusUnauthorized},
		{"other scheme", Guard{Token: "secret"}, []string{"Authorization", "Basic secret"}, http.StatusUnauthorized},
		{"token", Guard{Token: "secret"}, []string{"Authorization", "Bearer secret"}, http.StatusOK},
		{"token and another name", Guard{Token: "secret"},
			[]string{"Authorization", "Bearer secret", "Host", "asr.lan"}, http.StatusOK},
		{"token and another page", Guard{Token: "secret"},
			[]string{"Authorization", "Bearer secret", "Origin", "https://evil.example"}, http.StatusForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := testConfig(t, &fake{name: "small"})
			c.Guard = tt.guard
			_, url := start(t, c)
			for _, path := range []string{"/health", "/metrics", "/v1/models"} {
				if got := get(t, url+path, tt.header...).StatusCode; got != tt.want {
					t.Errorf("GET %s: status %d, want %d", path, got, tt.want)
				}
			}
		})
	}
}
