package wayland

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// transferTime limits the time to send one format to a program that pastes.
	transferTime = 10 * time.Second
	// saveTime and saveSize (bytes) limit the reading of the old clipboard
	// content, all formats together.
	saveTime = 5 * time.Second
	saveSize = 64 << 20
)

// transfer is content on its way to a program that pastes.
type transfer struct {
	file *os.File
}

// abort makes the transfer fail immediately.
func (t *transfer) abort() {
	// This fails for files without deadlines, but those do not block either.
	_ = t.file.SetWriteDeadline(time.Unix(1, 0))
}

// serve writes a source's content in one format into fd and closes it. The
// caller holds mu.
func (d *Display) serve(src *source, mime string, fd int) {
	var data []byte
	found := false
	for _, f := range src.formats {
		if f.mime == mime {
			data, found = f.data, true
		}
	}
	if !found || d.err != nil {
		closeFD(fd)
		return
	}
	t := &transfer{file: fileOf(fd, "the program that pastes")}
	_ = t.file.SetWriteDeadline(time.Now().Add(transferTime))
	d.clips.transfers[t] = true
	src.count.open++
	counts := src.count.counting && mime != lentType
	if mime == lentType {
		go d.endLoan() // the reader waits for that
	}
	src.count.notify()
	d.tasks.Add(1)
	go func() {
		defer d.tasks.Done()
		_, err := t.file.Write(data)
		d.mu.Lock()
		defer d.mu.Unlock()
		// Close only with mu held: abort may set a deadline until then.
		if closeErr := t.file.Close(); err == nil {
			err = closeErr
		}
		delete(d.clips.transfers, t)
		src.count.open--
		if err == nil && counts {
			src.count.taken++
		}
		src.count.notify()
	}()
}

// save reads all formats of the clipboards; an empty clipboard has none.
func (d *Display) save(ctx context.Context, selections []*selection) ([]loan, error) {
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	// After this, the offers of the clipboards are current.
	if err := d.roundtrip(ctx); err != nil {
		return nil, err
	}
	var loans []loan
	left := int64(saveSize)
	for _, s := range selections {
		d.mu.Lock()
		o := s.offer
		d.mu.Unlock()
		l := loan{selection: s}
		for o != nil && len(l.before) < len(o.types) {
			mime := o.types[len(l.before)]
			data, err := d.receive(ctx, o, mime, left)
			if err != nil {
				return nil, fmt.Errorf("read the clipboard to restore it later, format %s: %w", mime, err)
			}
			left -= int64(len(data))
			l.before = append(l.before, format{mime, data})
		}
		loans = append(loans, l)
	}
	return loans, nil
}

// receive reads one format of an offer, up to limit bytes.
func (d *Display) receive(ctx context.Context, o *offer, mime string, limit int64) ([]byte, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	d.mu.Lock()
	if d.clips.offers[o.id] != o {
		err = errors.New("another program has just changed the clipboard: try again")
	} else {
		err = d.send(newRequest(o.id, offerReceive).string(mime).fd(int(w.Fd())))
	}
	d.mu.Unlock()
	// Close our end for writing, so that the pipe ends when the program closes its.
	w.Close()
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = r.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("the program that owns it did not send it in time: %w", context.Cause(ctx))
	case err != nil:
		return nil, err
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("the content is larger than %d MiB", saveSize>>20)
	}
	return data, nil
}
