package models

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

var errDowngrade = errors.New("it redirects from https to plain http")

// address is where the store gets a model from.
func (s Store) address(m Model) (*url.URL, error) {
	if s.BaseURL == "" {
		return url.Parse(m.URL)
	}
	base, err := url.Parse(s.BaseURL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("VOICEFLOW_MODEL_URL: %w", err)
	case base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return nil, fmt.Errorf("VOICEFLOW_MODEL_URL %s: an http:// or https:// address is wanted", base.Redacted())
	}
	return base.JoinPath(m.File), nil
}

// client is the store's, with its token for the host of address.
func (s Store) client(address *url.URL) *http.Client {
	var c http.Client
	if s.Client != nil {
		c = *s.Client
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if s.Token != "" {
		c.Transport = bearer{token: s.Token, host: address.Host, next: c.Transport}
	}
	if c.CheckRedirect == nil {
		c.CheckRedirect = checkRedirect
	}
	return &c
}

// bearer gives a token to one host and no other. The header of a request would
// follow redirects to all names below the host's, and to its other ports.
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

// confidential tells whether nobody on the way can read what goes to u.
func confidential(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	switch last := via[len(via)-1]; {
	case last.URL.Scheme == "https" && req.URL.Scheme != "https":
		return errDowngrade
	case len(via) >= 10:
		return errors.New("stopped after 10 redirects")
	}
	return nil
}

// unreachable says why there is no answer. Without a network at all there is
// nothing to wait for; one that has been there may come back.
func (d *download) unreachable(err error) error {
	host := d.address.Host
	var failed *url.Error
	if errors.As(err, &failed) {
		// Its own text would show the address, which after a redirect is long
		// and may let anybody in who reads it.
		err = failed.Err
		if u, parseErr := url.Parse(failed.URL); parseErr == nil && u.Host != "" {
			host = u.Host
		}
	}
	var certificate *tls.CertificateVerificationError
	var network *net.OpError
	var name *net.DNSError
	err = fmt.Errorf("%s cannot be reached: %w", host, err)
	switch {
	case errors.As(err, &certificate), errors.Is(err, errDowngrade):
	case !d.answered && (errors.As(err, &name) || errors.As(err, &network) && network.Op != "read" && network.Op != "write"):
	default:
		return brokenOff{err}
	}
	return fmt.Errorf("%w; %s", err, d.elsewhere())
}

// refused explains an answer that is no file.
func (d *download) refused(resp *http.Response) error {
	err := fmt.Errorf("%s answers %s for %s", resp.Request.URL.Host, resp.Status, d.model.File)
	code := resp.StatusCode
	switch {
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		return brokenOff{err}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return fmt.Errorf("%w: %s, or %s", err, d.tokenRemedy(), d.elsewhere())
	case (code == http.StatusNotFound || code == http.StatusGone) && d.store.BaseURL != "":
		return fmt.Errorf("%w: the mirror does not have it; correct VOICEFLOW_MODEL_URL, or leave it away to ask %s",
			err, strings.TrimSuffix(d.model.URL, "/"+d.model.File))
	case code == http.StatusNotFound, code == http.StatusGone:
		return fmt.Errorf("%w: it is no longer published under this name; %s", err, d.elsewhere())
	}
	return fmt.Errorf("%w; %s", err, d.elsewhere())
}

func (d *download) tokenRemedy() string {
	switch {
	case d.store.Token == "":
		return "it may want a token, which you set in HF_TOKEN"
	case !confidential(d.address):
		return "HF_TOKEN is not sent over plain http, so name an https:// address in VOICEFLOW_MODEL_URL"
	}
	return "it does not accept the token in HF_TOKEN, so check that, and whether the model's terms want to be agreed to"
}
