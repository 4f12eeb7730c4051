package models

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// credential returns the token to send to the address that a download begins at, and the
// variable it comes from.
func (s Store) credential(address *url.URL) (token, variable string) {
	if s.BaseURL != "" && (s.MirrorToken != "" || !isHuggingFace(address)) {
		return s.MirrorToken, "VOICEFLOW_MODEL_TOKEN"
	}
	if !isHuggingFace(address) {
		return "", "HF_TOKEN"
	}
	return s.Token, "HF_TOKEN"
}

// isHuggingFace reports whether only Hugging Face can read what is sent to u.
func isHuggingFace(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") &&
		(host == "huggingface.co" || strings.HasSuffix(host, ".huggingface.co"))
}

// checkToken rejects a token that cannot be sent. The error does not contain it.
func checkToken(token, variable string) error {
	for _, c := range []byte(token) {
		if c <= ' ' || c >= 0x7f {
			return fmt.Errorf("%s has spaces or other characters that are not part of a token: set it again, or unset it",
				variable)
		}
	}
	return nil
}

// bearer sends a token to one host and no other. A request's own header would follow redirects
// to any subdomain of the host and to its other ports.
type bearer struct {
	token, host string
	next        http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == b.host && confidential(r.URL) {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.next.RoundTrip(r)
}

// confidential reports whether nobody on the network can read what is sent to u.
func confidential(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// tokenRemedy is the remedy if the host refuses access.
func (d *download) tokenRemedy() string {
	token, variable := d.store.credential(d.address)
	switch {
	case token == "" && d.store.Token != "":
		return "it may require a token: set it in " + variable + " (HF_TOKEN is sent only to https://huggingface.co)"
	case token == "":
		return "it may require a token: set it in " + variable
	case !confidential(d.address):
		return variable + " is not sent over plain http: set VOICEFLOW_MODEL_URL to an https:// address"
	case variable == "HF_TOKEN":
		return "it does not accept the token in HF_TOKEN: check it, and whether you must accept the model's terms"
	}
	return "it does not accept the token in " + variable + ": check it"
}
