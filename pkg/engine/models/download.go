package models

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"voiceflow/internal/prose"
)

// retryable is an error that another attempt may fix.
type retryable struct{ error }

func (e retryable) Unwrap() error { return e.error }

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
	w := d.store.watch(cancel)
	defer w.stop()
	err := d.request(ctx, w)
	switch cause := context.Cause(ctx); {
	case err == nil:
	case errors.Is(cause, errStalled):
		return retryable{fmt.Errorf("%s sent nothing for %s", d.address.Host, w.stall)}
	case errors.Is(cause, errSlow):
		return retryable{fmt.Errorf("%s sent less than %s/s for %s", d.address.Host, prose.Size(d.store.minRate()), w.span)}
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
	case p.origin.URL != d.place(),
		p.origin.ETag != "" && !validETag(p.origin.ETag),
		p.origin.ETag == "" && d.model.SHA256 == "",
		d.total() > 0 && p.size > d.total():
		return p.restart(origin{})
	}
	return nil
}

// place is where the file comes from, without secrets.
func (d *download) place() string {
	u := *d.address
	u.User, u.RawQuery = nil, ""
	return u.String()
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

// request asks for the missing bytes.
func (d *download) request(ctx context.Context, w *watchdog) error {
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
	w.alive(0)
	announced := resp.ContentLength // -1: unknown
	switch resp.StatusCode {
	case http.StatusOK:
		err = d.restart(resp)
	case http.StatusPartialContent:
		announced, err = d.resume(resp)
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
	w.measure()
	return d.copy(resp.Body, announced, w)
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
	if total > d.store.maxModel() && d.model.Bytes == 0 {
		return d.tooLarge()
	}
	if err := d.discard(); err != nil {
		return err
	}
	return d.diskError(d.part.restart(origin{URL: d.place(), ETag: strongETag(resp), Total: max(total, 0)}))
}

// resume takes the rest of the file, if it is the version that the part belongs to. It returns
// how many bytes are announced.
func (d *download) resume(resp *http.Response) (announced int64, err error) {
	s, ok := contentRange(resp)
	o := d.part.origin
	announced = s.last - s.first + 1
	if d.model.Bytes > 0 && s.total > 0 && s.total != d.model.Bytes {
		return 0, d.wrongLength(s.total)
	}
	total := d.total()
	if !ok || d.part.size == 0 || s.first != d.part.size || !sameETag(resp, o) ||
		s.total > 0 && total > 0 && s.total != total || total > 0 && s.last >= total ||
		resp.ContentLength >= 0 && resp.ContentLength != announced {
		return 0, d.discardAndRetry("sent a range that does not match the bytes received so far")
	}
	if o.Total == 0 {
		d.part.origin.Total = s.total
	}
	return announced, nil
}

// checkEnd handles the answer that there is nothing after the part.
func (d *download) checkEnd(resp *http.Response) error {
	s, _ := contentRange(resp)
	if d.part.size > 0 && s.total == d.part.size && sameETag(resp, d.part.origin) && d.model.Bytes == 0 {
		d.part.origin.Total = s.total
		d.report()
		return nil
	}
	return d.discardAndRetry("has fewer bytes than were received")
}

// discardAndRetry empties the part and returns an error that another attempt may fix.
func (d *download) discardAndRetry(why string) error {
	if err := d.discard(); err != nil {
		return err
	}
	if err := d.part.restart(origin{}); err != nil {
		return d.diskError(err)
	}
	return retryable{fmt.Errorf("%s %s: the file may have changed there", d.address.Host, why)}
}

// discard is called before received bytes are dropped. A server that makes this happen again and
// again could send any amount.
func (d *download) discard() error {
	if d.part.size == 0 {
		return nil
	}
	if d.discarded++; d.discarded <= d.store.tries() {
		return nil
	}
	return fmt.Errorf("%s sent another file %d times, or cannot resume: it may have changed there; pull it again, or %s",
		d.address.Host, d.discarded, d.manualRemedy())
}

// wrongLength rejects an answer that is not the file. The bytes of the file received so far are
// kept.
func (d *download) wrongLength(got int64) error {
	return fmt.Errorf("%w from %s: it offers %d bytes as %s, which has %d; %s",
		ErrWrongBytes, d.address.Host, got, d.model.File, d.model.Bytes, d.manualRemedy())
}
