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

// retryable is an error that another attempt may fix.
type retryable struct{ error }

func (e retryable) Unwrap() error { return e.error }

var errStalled = errors.New("stalled")

// attempt makes one request and adds what it receives to the part. If it returns no error, the
// part is complete.
func (d *download) attempt(parent context.Context) error {
	if err := d.dropStale(); err != nil {
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
		return retryable{fmt.Errorf("%s sent nothing for %s", d.address.Host, stall)}
	}
	return err
}

// dropStale empties a part that the new bytes would not match. Without an ETag, only a pinned
// hash would reveal that the file has changed.
func (d *download) dropStale() error {
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

// total is the size of the complete file in bytes, 0 while it is unknown.
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

// request asks for the missing bytes; alive is called whenever something arrives.
func (d *download) request(ctx context.Context, alive func()) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address.String(), http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "voiceflow")
	req.Header.Set("Accept-Encoding", "identity") // so that lengths and ranges refer to the file itself
	if d.part.size > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.part.size))
		if d.part.origin.ETag != "" {
			req.Header.Set("If-Range", d.part.origin.ETag)
		}
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return d.explainUnreachable(err)
	}
	defer resp.Body.Close()
	d.responded = true
	alive()
	switch resp.StatusCode {
	case http.StatusOK:
		err = d.restart(resp)
	case http.StatusPartialContent:
		err = d.resume(resp)
	case http.StatusRequestedRangeNotSatisfiable:
		return d.checkEnd(resp)
	default:
		return d.explainStatus(resp)
	}
	if err == nil {
		err = d.checkSpace()
	}
	if err != nil {
		return err
	}
	return d.copy(resp.Body, alive)
}

// restart takes the file from its start, whatever the part held.
func (d *download) restart(resp *http.Response) error {
	total := resp.ContentLength
	switch {
	case total >= 0 && d.model.Bytes > 0 && total != d.model.Bytes:
		return d.wrongLength(total)
	case total < 0 && d.model.Bytes == 0 && resp.ProtoMajor == 1 && len(resp.TransferEncoding) == 0:
		return fmt.Errorf("%s does not say how long %s is, so a truncated download would go unnoticed; %s",
			d.address.Host, d.model.File, d.manualRemedy())
	}
	return d.diskError(d.part.restart(origin{
		URL: d.address.Redacted(), ETag: strongETag(resp), Total: max(total, 0),
	}))
}

// resume takes the rest of the file, if it is the version that the part belongs to.
func (d *download) resume(resp *http.Response) error {
	first, total, ok := contentRange(resp)
	o := d.part.origin
	if d.model.Bytes > 0 && total > 0 && total != d.model.Bytes {
		return d.wrongLength(total)
	}
	if !ok || first != d.part.size || !sameETag(resp, o) || total > 0 && o.Total > 0 && total != o.Total {
		return d.discardAndRetry("sent a range that does not match the bytes received so far")
	}
	if o.Total == 0 {
		d.part.origin.Total = total
	}
	return nil
}

// checkEnd handles the answer that there is nothing after the part.
func (d *download) checkEnd(resp *http.Response) error {
	_, total, _ := contentRange(resp)
	if d.part.size > 0 && total == d.part.size && sameETag(resp, d.part.origin) && d.model.Bytes == 0 {
		d.part.origin.Total = total
		d.report()
		return nil
	}
	return d.discardAndRetry("has fewer bytes than were received")
}

// discardAndRetry empties the part and returns an error that another attempt may fix.
func (d *download) discardAndRetry(why string) error {
	if err := d.part.restart(origin{}); err != nil {
		return d.diskError(err)
	}
	return retryable{fmt.Errorf("%s %s: the file may have changed there", d.address.Host, why)}
}

// copy appends a response body to the part.
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
					ErrWrongBytes, d.address.Host, total, d.model.File, d.manualRemedy())
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
			return retryable{fmt.Errorf("the connection to %s was lost after %d bytes: %w", d.address.Host, d.part.size, err)}
		}
	}
}

// wrongLength rejects an answer that is not the file. The bytes of the file received so far are
// kept.
func (d *download) wrongLength(got int64) error {
	return fmt.Errorf("%w from %s: it offers %d bytes as %s, which has %d; %s",
		ErrWrongBytes, d.address.Host, got, d.model.File, d.model.Bytes, d.manualRemedy())
}

// strongETag returns the response's ETag if it identifies the file byte for byte, otherwise "".
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

// contentRange parses "bytes 5-9/10" or "bytes */10"; a total of * is returned as 0.
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
