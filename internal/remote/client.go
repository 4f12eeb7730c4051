// Package remote has windows of audio decoded by a server, vf-transcribe --listen.
package remote

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"voiceflow/internal/server/endpoint"
	"voiceflow/internal/server/wire"
	"voiceflow/internal/transcribe"
	"voiceflow/internal/wait"
	"voiceflow/pkg/audio"
	"voiceflow/pkg/engine"
)

// ErrGone means that no server answers at the address, or that it went away before it had
// answered.
var ErrGone = errors.New("no server answers")

// Options select a server and how to use it.
type Options struct {
	Address  string // unix:PATH, HOST:PORT, or a URL with http or https
	Token    string // empty if the server needs none
	Model    string // name; empty: the server's own choice
	Batch    bool   // nobody waits for the text
	Decoding engine.Decoding
}

// Client is a connection to a server. It is a transcribe.Decoder, and may be used by any
// number of goroutines.
type Client struct {
	options Options
	base    string // URL
	name    string // for wire.ClientHeader
	http    *http.Client
	engine  wire.Engine
}

// Dial asks the server about its engine, which then loads its model. The error is ErrGone,
// a *wire.Failure, or that of ctx.
func Dial(ctx context.Context, o Options) (*Client, error) {
	c := &Client{options: o, name: rand.Text()}
	c.http, c.base = endpoint.Client(o.Address)
	languages := o.Decoding.Languages
	if len(languages) == 0 {
		languages = []string{o.Decoding.Params.Language}
	}
	path := wire.EnginePath + "?" + url.Values{"model": {o.Model}, "language": languages}.Encode()
	if err := c.ask(ctx, http.MethodGet, path, nil, &c.engine); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close closes the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Engine returns what the server said about its engine.
func (c *Client) Engine() wire.Engine { return c.engine }

// Describe returns what transcripts say about the recogniser.
func (c *Client) Describe() transcribe.Description {
	return transcribe.Description{
		Model: c.engine.Model, Device: c.engine.Device, Language: c.options.Decoding.Spoken(),
	}
}

// Decode has a window decoded. It waits while the server is busy. The error is ErrGone, a
// *wire.Failure, or that of ctx.
func (c *Client) Decode(ctx context.Context, sound engine.Sound, before engine.Spoken) (*engine.Result, error) {
	var body bytes.Buffer
	request := &wire.Request{
		Model: c.options.Model, Batch: c.options.Batch, Decoding: c.options.Decoding, Voice: sound.Voice, Before: before,
	}
	if err := wire.WriteRequest(&body, request, sound.Samples); err != nil {
		return nil, err
	}
	result := &engine.Result{}
	if err := c.ask(ctx, http.MethodPost, wire.DecodePath, body.Bytes(), result); err != nil {
		return nil, err
	}
	return result, nil
}

// Peak returns the highest probability of speech, 0 to 1, in samples.
func (c *Client) Peak(ctx context.Context, samples []int16) (float32, error) {
	var peak wire.Peak
	err := c.ask(ctx, http.MethodPost, wire.PeakPath, audio.EncodePCM(nil, samples), &peak)
	return peak.Probability, err
}

// ask sends a request, again while the server is busy, and reads its answer.
func (c *Client) ask(ctx context.Context, method, path string, body []byte, answer any) error {
	for {
		retry, err := c.try(ctx, method, path, body, answer)
		if retry == 0 {
			return err
		}
		if err := wait.For(ctx, retry); err != nil {
			return err
		}
	}
}

// try sends a request once. If the server is busy, it returns when to try again.
func (c *Client) try(ctx context.Context, method, path string, body []byte, answer any) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set(wire.ClientHeader, c.name)
	if c.options.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.options.Token)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return 0, c.gone(ctx, err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, c.gone(ctx, err)
	}
	if response.StatusCode == http.StatusOK {
		if err := json.Unmarshal(data, answer); err != nil {
			return 0, fmt.Errorf("the answer of the server at %s makes no sense: %w", c.options.Address, err)
		}
		return 0, nil
	}
	failure := &wire.Failure{}
	if json.Unmarshal(data, failure) != nil || failure.Kind == "" {
		return 0, &wire.Failure{Kind: wire.KindRequest,
			Message: fmt.Sprintf("the server at %s answers %s; is it vf-transcribe --listen?",
				c.options.Address, response.Status)}
	}
	if failure.Kind == wire.KindBusy {
		seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
		if err != nil || seconds < 1 {
			seconds = 1
		}
		return time.Duration(seconds) * time.Second, nil
	}
	if failure.Kind == wire.KindStopping {
		return 0, fmt.Errorf("%w at %s: %w", ErrGone, c.options.Address, failure)
	}
	return 0, failure
}

// gone classifies an error of the connection.
func (c *Client) gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w at %s: %w", ErrGone, c.options.Address, err)
}
