package models

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"voiceflow/internal/disk"
	"voiceflow/internal/prose"
	"voiceflow/internal/wait"
)

// Pull downloads a model, unless a correct copy is installed, and returns its file. It resumes
// a download that an earlier Pull began; if the connection breaks, it tries again, as
// configured in the store.
//
// progress, if not nil, is called with the number of bytes received and the total, which is 0
// while it is unknown. It is not called for a model that is already installed.
//
// The error is [ErrUnknown], [ErrBusy] or [ErrWrongBytes], or wraps ctx's error, or says what
// went wrong and what to do about it.
func (s Store) Pull(ctx context.Context, name string, progress func(done, total int64)) (path string, err error) {
	m, err := s.Find(name)
	if err != nil {
		return "", err
	}
	path = filepath.Join(s.Dir, m.File)
	if err := s.pull(ctx, m, path, progress); err != nil {
		return "", fmt.Errorf("model %s: %w", name, err)
	}
	return path, nil
}

func (s Store) pull(ctx context.Context, m Model, path string, progress func(done, total int64)) error {
	address, err := s.address(m)
	if err != nil {
		return err
	}
	if err := checkToken(s.credential(address)); err != nil {
		return err
	}
	if installed, err := s.isInstalled(ctx, m); installed || err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return err
	}
	p, err := openPart(ctx, path)
	if err != nil {
		return err
	}
	defer p.close()
	// Another pull may have finished it in the meantime.
	if installed, err := s.isInstalled(ctx, m); installed || err != nil {
		return err
	}
	d := &download{store: s, model: m, address: address, part: p, client: s.client(address), progress: progress}
	if err := d.run(ctx); err != nil {
		return err
	}
	return d.finish(path)
}

// download is one pull of one model.
type download struct {
	store    Store
	model    Model
	address  *url.URL
	part     *part
	client   *http.Client
	progress func(done, total int64)

	responded bool // a server has responded, so the network works
	discarded int  // how often received bytes turned out to be useless
}

// minProgress is how many new bytes make an attempt that broke off count as progress. A
// download that progresses may break off any number of times; one that does not must end.
const minProgress = 1 << 20

// run makes attempts until the part is complete.
func (d *download) run(ctx context.Context) error {
	best, failures := d.part.size, 0
	for {
		err := d.attempt(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%w; the bytes so far are kept, and the next pull resumes there", ctx.Err())
		case !errors.As(err, new(retryable)):
			return err
		}
		failures++
		if d.part.size >= best+minProgress {
			best, failures = d.part.size, 0
		}
		if failures >= d.store.tries() {
			return fmt.Errorf("%w; %d tries in a row made no progress; resume later with: vf-transcribe models pull %s, or %s",
				err, failures, d.model.Name, d.manualRemedy())
		}
		if failures > 0 {
			_ = wait.For(ctx, d.store.delay()<<min(failures-1, 6))
		}
	}
}

// finish checks the complete part and installs it.
func (d *download) finish(path string) error {
	sum := hex.EncodeToString(d.part.hash.Sum(nil))
	switch {
	case d.model.SHA256 == "":
		if err := checkMagic(d.part.file); err != nil {
			d.part.discard()
			return fmt.Errorf("%s sent %w; check what it serves, or %s", d.address.Host, err, d.manualRemedy())
		}
		if err := writeRecord(path, sum); err != nil {
			return d.diskError(err)
		}
	case sum != d.model.SHA256:
		d.part.discard()
		return fmt.Errorf("%w from %s: SHA-256 %s, not %s; the download was deleted: pull it again, "+
			"and if that does not help, %s", ErrWrongBytes, d.address.Host, sum, d.model.SHA256, d.manualRemedy())
	}
	return d.diskError(d.part.install(path))
}

// manualRemedy is the remedy that does not depend on the host.
func (d *download) manualRemedy() string {
	return fmt.Sprintf("download %s by other means and save it as %s, or set VOICEFLOW_MODEL_URL to a mirror",
		d.model.URL, filepath.Join(d.store.Dir, d.model.File))
}

// spare is how much disk space should remain free in addition to a number of bytes: a twentieth
// of it, for the file system's overhead and what other programs write in the meantime.
func spare(bytes int64) int64 { return bytes / 20 }

// checkSpace rejects a file that would fill the disk.
func (d *download) checkSpace() error {
	total := d.total()
	if total == 0 {
		return nil
	}
	return d.store.checkSpace(d.store.Dir, total-d.part.size)
}

// checkSpace returns an error if a folder's disk has no room for a number of bytes and some to
// spare.
func (s Store) checkSpace(dir string, bytes int64) error {
	free := s.free
	if free == nil {
		free = disk.Free
	}
	available, err := free(dir)
	if errors.Is(err, disk.ErrUnknown) {
		return nil // writing will fail if the disk is full
	}
	if err != nil {
		return fmt.Errorf("cannot determine the free space of %s: %w", dir, err)
	}
	if need := bytes + spare(bytes); available < uint64(need) {
		return fmt.Errorf("%s has %s free but needs %s: %s to write and %s to spare; make room and try again",
			dir, prose.Size(int64(available)), prose.Size(need), prose.Size(bytes), prose.Size(spare(bytes)))
	}
	return nil
}

// diskError adds the remedy to a write error.
func (d *download) diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w; make room in %s and pull it again to resume", err, d.store.Dir)
	}
	return err
}
