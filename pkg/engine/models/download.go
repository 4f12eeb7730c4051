package models

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// brokenOff is an error that another try may mend.
type brokenOff struct{ error }

func (e brokenOff) Unwrap() error { return e.error }

var errStalled = errors.New("stalled")

// try makes one request and adds what it brings to the part. Without an error
// the part is whole.
func (d *download) try(parent context.Context) error {
	if err := d.dropForeign(); err != nil {
		return d.diskError(err)
	}
	if total := d.total(); total > 0 && d.part.size == total {
		d.report()
		return nil
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	stall := d.store.stall()
	watchdog := time.AfterFunc(stall, func() { cancel(errStalled) })
	defer watchdog.Stop()
	err := d.request(ctx, func() { watchdog.Reset(stall) })
	if err != nil && errors.Is(context.Cause(ctx), errStalled) {
		return brokenOff{fmt.Errorf("%s sent nothing for %s", d.address.Host, stall)}
	}
	return err
}

// dropForeign empties a part whose bytes cannot go together with those to
// come. Without an ETag only a pinned hash would tell that the file has changed.
func (d *download) dropForeign() error {
	p := d.part
	switch {
	case p.size == 0:
		return nil
	case p.origin.URL != d.address.Redacted(),
		p.origin.ETag == "" && d.model.SHA256 == "",
		d.total() > 0 && p.size > d.total():
		return p.restart(origin{})
	}
	return nil
}

// total is the length of the whole file in bytes, 0 while it is not known.
func (d *download) total() int64 {
	if d.model.Bytes > 0 {
		return d.model.Bytes
	}
	return d.part.origin.Total
}

func (d *download) report() {
	if d.progress != nil {
		d.progress(d.part.size, d.total())
	}
}

// request asks for what is missing; alive is called whenever something comes.
func (d *download) request(ctx context.Context, alive func()) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address.String(), http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "voiceflow")
	req.Header.Set("Accept-Encoding", "identity") // lengths and places are the file's
	if d.part.size > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.part.size))
		if d.part.origin.ETag != "" {
			req.Header.Set("If-Range", d.part.origin.ETag)
		}
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return d.unreachable(err)
	}
	defer resp.Body.Close()
	d.answered = true
	alive()
	switch resp.StatusCode {
	case http.StatusOK:
		err = d.begin(resp)
	case http.StatusPartialContent:
		err = d.goOn(resp)
	case http.StatusRequestedRangeNotSatisfiable:
		return d.ended(resp)
	default:
		return d.refused(resp)
	}
	if err == nil {
		err = d.room()
	}
	if err != nil {
		return err
	}
	return d.copy(resp.Body, alive)
}

// begin takes the whole file from its start, whatever the part held.
func (d *download) begin(resp *http.Response) error {
	total := resp.ContentLength
	switch {
	case total >= 0 && d.model.Bytes > 0 && total != d.model.Bytes:
		return d.wrongLength(total)
	case total < 0 && d.model.Bytes == 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0:
		return fmt.Errorf("%s does not say how long %s is, so that its end would not be known; %s",
			d.address.Host, d.model.File, d.elsewhere())
	}
	return d.diskError(d.part.restart(origin{
		URL: d.address.Redacted(), ETag: strongETag(resp), Total: max(total, 0),
	}))
}

// goOn takes the rest of the version that the part is of, and no other's.
func (d *download) goOn(resp *http.Response) error {
	first, total, ok := contentRange(resp)
	o := d.part.origin
	if d.model.Bytes > 0 && total > 0 && total != d.model.Bytes {
		return d.wrongLength(total)
	}
	if !ok || first != d.part.size || !sameETag(resp, o) || total > 0 && o.Total > 0 && total != o.Total {
		return d.startAgain("sent a part that does not go together with what has come")
	}
	if o.Total == 0 {
		d.part.origin.Total = total
	}
	return nil
}

// ended takes the answer that nothing lies behind the part.
func (d *download) ended(resp *http.Response) error {
	_, total, _ := contentRange(resp)
	if d.part.size > 0 && total == d.part.size && sameETag(resp, d.part.origin) && d.model.Bytes == 0 {
		d.part.origin.Total = total
		d.report()
		return nil
	}
	return d.startAgain("has less than what has come")
}

// startAgain empties the part for another try.
func (d *download) startAgain(why string) error {
	if err := d.part.restart(origin{}); err != nil {
		return d.diskError(err)
	}
	return brokenOff{fmt.Errorf("%s %s: another version of the file?", d.address.Host, why)}
}

// copy adds a body to the part.
func (d *download) copy(body io.Reader, alive func()) error {
	d.report()
	total := d.total()
	buf := make([]byte, 256<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			alive()
			if total > 0 && d.part.size+int64(n) > total {
				d.part.discard()
				return fmt.Errorf("%w from %s: more than the %d bytes of %s; pull it again, or %s",
					ErrWrongBytes, d.address.Host, total, d.model.File, d.elsewhere())
			}
			if _, err := d.part.Write(buf[:n]); err != nil {
				return d.diskError(err)
			}
			d.report()
		}
		switch {
		case errors.Is(err, io.EOF) && (total == 0 || d.part.size == total):
			return nil
		case err != nil:
			return brokenOff{fmt.Errorf("the connection to %s broke off after %d bytes: %w", d.address.Host, d.part.size, err)}
		}
	}
}

// wrongLength refuses an answer that is not the file, whose own bytes, as far
// as they have come, are kept.
func (d *download) wrongLength(got int64) error {
	return fmt.Errorf("%w from %s: it offers %d of them as %s, which has %d; %s",
		ErrWrongBytes, d.address.Host, got, d.model.File, d.model.Bytes, d.elsewhere())
}

// strongETag names the version of the answer's file, byte for byte.
func strongETag(resp *http.Response) string {
	etag := resp.Header.Get("ETag")
	if !strings.HasPrefix(etag, `"`) {
		return ""
	}
	return etag
}

func sameETag(resp *http.Response, o origin) bool {
	etag := strongETag(resp)
	return etag == "" || o.ETag == "" || etag == o.ETag
}

// contentRange reads "bytes 5-9/10" or "bytes */10"; a total of * is 0.
func contentRange(resp *http.Response) (first, total int64, ok bool) {
	value, ok := strings.CutPrefix(resp.Header.Get("Content-Range"), "bytes ")
	span, length, found := strings.Cut(value, "/")
	if !ok || !found {
		return 0, 0, false
	}
	if length != "*" {
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, false
		}
		total = n
	}
	start, _, found := strings.Cut(span, "-")
	if !found {
		return 0, total, false
	}
	first, err := strconv.ParseInt(start, 10, 64)
	return first, total, err == nil
}
