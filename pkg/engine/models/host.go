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

// address returns where the store downloads a model from.
func (s Store) address(m Model) (*url.URL, error) {
	if s.BaseURL == "" {
		return url.Parse(m.URL)
	}
	base, err := url.Parse(s.BaseURL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("VOICEFLOW_MODEL_URL: %w", err)
	case base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return nil, fmt.Errorf("VOICEFLOW_MODEL_URL %s: not an http:// or https:// address", base.Redacted())
	}
	return base.JoinPath(m.File), nil
}

// client returns the store's HTTP client, which sends the token to address's host.
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

func checkRedirect(req *http.Request, via []*http.Request) error {
	switch last := via[len(via)-1]; {
	case last.URL.Scheme == "https" && req.URL.Scheme != "https":
		return errDowngrade
	case len(via) >= 10:
		return errors.New("stopped after 10 redirects")
	}
	return nil
}

// explainUnreachable explains why there is no response. Retrying is pointless if nothing has
// responded yet, but a connection that worked before may come back.
func (d *download) explainUnreachable(err error) error {
	host := d.address.Host
	var failed *url.Error
	if errors.As(err, &failed) {
		// Its own text contains the address, which after a redirect is long and may
		// contain credentials.
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
	case !d.responded && (errors.As(err, &name) ||
		errors.As(err, &network) && network.Op != "read" && network.Op != "write"):
	default:
		return retryable{err}
	}
	return fmt.Errorf("%w; %s", err, d.manualRemedy())
}

// explainStatus explains a response that is not the file.
func (d *download) explainStatus(resp *http.Response) error {
	err := fmt.Errorf("%s answered %s for %s", resp.Request.URL.Host, resp.Status, d.model.File)
	code := resp.StatusCode
	switch {
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		return retryable{err}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return fmt.Errorf("%w: %s, or %s", err, d.tokenRemedy(), d.manualRemedy())
	case (code == http.StatusNotFound || code == http.StatusGone) && d.store.BaseURL != "":
		return fmt.Errorf("%w: the mirror does not have it; correct VOICEFLOW_MODEL_URL, or unset it to use %s",
			err, strings.TrimSuffix(d.model.URL, "/"+d.model.File))
	case code == http.StatusNotFound, code == http.StatusGone:
		return fmt.Errorf("%w: it is no longer published under this name; %s", err, d.manualRemedy())
	}
	return fmt.Errorf("%w; %s", err, d.manualRemedy())
}

func (d *download) tokenRemedy() string {
	switch {
	case d.store.Token == "":
		return "it may require a token: set it in HF_TOKEN"
	case !confidential(d.address):
		return "HF_TOKEN is not sent over plain http: set VOICEFLOW_MODEL_URL to an https:// address"
	}
	return "it does not accept the token in HF_TOKEN: check it, and whether you must accept the model's terms"
}
