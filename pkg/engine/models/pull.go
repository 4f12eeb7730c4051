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

// Pull downloads a model, unless it is installed and as it should be, and
// returns its file. A download that an earlier Pull began goes on where it
// stopped; one that breaks off is tried again, as the store's fields say.
//
// Progress, where it is not nil, hears how many bytes are there and of how
// many, 0 while that is not known; a model that is installed already has none.
//
// The error is [ErrUnknown], [ErrBusy] or [ErrWrongBytes], or it wraps
// ctx's, or it says what stands in the way and what to do about it.
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
	if installed, err := s.have(ctx, m); installed || err != nil {
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
	// Another pull may have brought it in the meantime.
	if installed, err := s.have(ctx, m); installed || err != nil {
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

	answered bool // a server answered, so that there is a network
}

// worthwhile is how many bytes, beyond all that were there before, make a try
// that broke off no fruitless one: what moves on may go on, however often it
// breaks off, and what does not must end.
const worthwhile = 1 << 20

// run tries until the part is whole.
func (d *download) run(ctx context.Context) error {
	best, fruitless := d.part.size, 0
	for {
		err := d.try(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%w; what has come is kept, and the next pull goes on from there", ctx.Err())
		case !errors.As(err, new(brokenOff)):
			return err
		}
		fruitless++
		if d.part.size >= best+worthwhile {
			best, fruitless = d.part.size, 0
		}
		if fruitless >= d.store.tries() {
			return fmt.Errorf("%w; %d tries in a row brought nothing; run vf-transcribe models pull %s later, which goes on from there, or %s",
				err, fruitless, d.model.Name, d.elsewhere())
		}
		if fruitless > 0 {
			_ = wait.For(ctx, d.store.delay()<<min(fruitless-1, 6))
		}
	}
}

// finish checks the whole part and gives it its name.
func (d *download) finish(path string) error {
	sum := hex.EncodeToString(d.part.hash.Sum(nil))
	switch {
	case d.model.SHA256 == "":
		if err := checkMagic(d.part.file); err != nil {
			d.part.discard()
			return fmt.Errorf("%s sent %w; look at what it is, or %s", d.address.Host, err, d.elsewhere())
		}
		if err := writeRecord(path, sum); err != nil {
			return d.diskError(err)
		}
	case sum != d.model.SHA256:
		d.part.discard()
		return fmt.Errorf("%w from %s: their SHA-256 is %s, not %s; they are removed: pull it again, and if that does not help, %s",
			ErrWrongBytes, d.address.Host, sum, d.model.SHA256, d.elsewhere())
	}
	return d.diskError(d.part.install(path))
}

// elsewhere is the remedy that needs nothing of this host.
func (d *download) elsewhere() string {
	return fmt.Sprintf("get %s by other means and put it at %s, or name a mirror in VOICEFLOW_MODEL_URL",
		d.model.URL, filepath.Join(d.store.Dir, d.model.File))
}

// spare is how much of the disk is to stay free beside so many bytes: a twentieth
// of them, for what the file system adds and other programs write meanwhile.
func spare(bytes int64) int64 { return bytes / 20 }

// room refuses a file that would fill the disk.
func (d *download) room() error {
	total := d.total()
	if total == 0 {
		return nil
	}
	return d.store.roomFor(d.store.Dir, total-d.part.size)
}

// roomFor reports, as an error, that a folder's disk has no room for so many
// bytes more and some to spare.
func (s Store) roomFor(dir string, bytes int64) error {
	free := s.free
	if free == nil {
		free = disk.Free
	}
	there, err := free(dir)
	if errors.Is(err, disk.ErrUnknown) {
		return nil // a full disk shows itself
	}
	if err != nil {
		return fmt.Errorf("free space of %s: %w", dir, err)
	}
	if need := bytes + spare(bytes); there < uint64(need) {
		return fmt.Errorf("%s has %s free, and %s are needed: %s to come and %s to spare; make room and try again",
			dir, prose.Size(int64(there)), prose.Size(need), prose.Size(bytes), prose.Size(spare(bytes)))
	}
	return nil
}

// diskError adds the remedy to an error of writing.
func (d *download) diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w; make room in %s and pull it again, which goes on from there", err, d.store.Dir)
	}
	return err
}
