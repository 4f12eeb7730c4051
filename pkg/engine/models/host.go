package models

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync"

	"voiceflow/internal/prose"
)

// Reasons not to follow a redirect. Trying again would not help.
var (
	errDowngrade = errors.New("it redirects from https to plain http")
	errRedirect  = errors.New("it redirects to neither an http:// nor an https:// address")
	errRedirects = errors.New("stopped after 10 redirects")
)

var errNotHTTP = errors.New("its answer is not valid HTTP")

// address returns where the store downloads a model from.
func (s Store) address(m Model) (*url.URL, error) {
	if s.BaseURL == "" {
		return url.Parse(m.URL)
	}
	base, err := url.Parse(s.BaseURL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" {
		// It may contain a password, in a place where it does not belong.
		return nil, errors.New("VOICEFLOW_MODEL_URL is not an http:// or https:// address; correct it, or unset it")
	}
	return base.JoinPath(m.File), nil
}

// maxHeader is the most that a response's header may have, in bytes.
const maxHeader = 64 << 10

// transport is that of net/http with a bound on headers.
var transport = sync.OnceValue(func() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // the program has its own
	}
	t = t.Clone()
	t.MaxResponseHeaderBytes = maxHeader
	return t
})

// client returns the store's HTTP client, which sends the token to address's host.
func (s Store) client(address *url.URL) *http.Client {
	var c http.Client
	if s.Client != nil {
		c = *s.Client
	}
	if c.Transport == nil {
		c.Transport = transport()
	}
	if token, _ := s.credential(address); token != "" {
		c.Transport = bearer{token: token, host: address.Host, next: c.Transport}
	}
	c.Transport = locations{c.Transport}
	if c.CheckRedirect == nil {
		c.CheckRedirect = checkRedirect
	}
	return &c
}

// locations rejects redirects that lead to no web address. The error of net/http would contain
// what the server wrote.
type locations struct{ next http.RoundTripper }

func (l locations) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.next.RoundTrip(r)
	if err != nil || resp.StatusCode/100 != 3 || resp.Header.Get("Location") == "" {
		return resp, err
	}
	to, err := r.URL.Parse(resp.Header.Get("Location"))
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Hostname() == "" {
		resp.Body.Close()
		return nil, errRedirect
	}
	return resp, nil
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer") // the address may contain a secret
	switch last := via[len(via)-1]; {
	case last.URL.Scheme == "https" && req.URL.Scheme != "https":
		return errDowngrade
	case len(via) >= 10:
		return errRedirects
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
	if errors.As(err, new(textproto.ProtocolError)) {
		err = errNotHTTP // its text has headers, and they may have secrets
	}
	var certificate *tls.CertificateVerificationError
	var network *net.OpError
	var name *net.DNSError
	err = fmt.Errorf("%s cannot be reached: %w", host, brief{err})
	switch {
	case errors.As(err, &certificate),
		errors.Is(err, errDowngrade), errors.Is(err, errRedirect), errors.Is(err, errRedirects):
	case !d.responded && (errors.As(err, &name) ||
		errors.As(err, &network) && network.Op != "read" && network.Op != "write"):
	default:
		return retryable{err}
	}
	return fmt.Errorf("%w; %s", err, d.manualRemedy())
}

// brief is an error whose text may quote a server, which can send anything.
type brief struct{ error }

func (e brief) Unwrap() error { return e.error }

func (e brief) Error() string { return prose.Cut(prose.Line(e.error.Error()), 200) }

// explainStatus explains a response that is not the file.
func (d *download) explainStatus(resp *http.Response) error {
	code := resp.StatusCode
	// Not resp.Status, in which the server can write anything.
	status := strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
	err := fmt.Errorf("%s answered %s for %s", resp.Request.URL.Host, status, d.model.File)
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
