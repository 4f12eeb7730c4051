package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"voiceflow/internal/openfile"
	"voiceflow/internal/wholefile"
)

// Verify checks an installed model against its SHA-256: the pinned one or, for a model without
// one, the one recorded next to the file by its first download. The error is [ErrUnknown],
// [ErrNotInstalled], [ErrWrongBytes] or [ErrNoHash], or says why the file cannot be read.
func (s Store) Verify(name string) error {
	return s.VerifyContext(context.Background(), name)
}

// VerifyContext is like Verify but ends early with ctx; large models take seconds.
func (s Store) VerifyContext(ctx context.Context, name string) error {
	m, err := s.Find(name)
	if err != nil {
		return err
	}
	path, err := s.Path(name)
	if err != nil {
		return err
	}
	err = check(ctx, m, path)
	switch {
	case errors.Is(err, ErrWrongBytes):
		return fmt.Errorf("model %s: %w; download it again with: vf-transcribe models pull %s", name, err, name)
	case errors.Is(err, ErrNoHash):
		return fmt.Errorf("model %s: %w; to trust it and record its hash, run vf-transcribe models pull %s", name, err, name)
	case err != nil:
		return fmt.Errorf("model %s: %w", name, err)
	}
	return nil
}

// check compares a file with the model's size and hash.
func check(ctx context.Context, m Model, path string) error {
	want := m.SHA256
	if want == "" {
		recorded, err := readRecord(path)
		if err != nil {
			return err
		}
		want = recorded
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if m.Bytes > 0 && info.Size() != m.Bytes {
		return fmt.Errorf("%s: %w: it has %d bytes, not %d", path, ErrWrongBytes, info.Size(), m.Bytes)
	}
	got, err := hashFile(ctx, path)
	if err != nil {
		return err
	}
	if !strings.EqualFold(got, want) {
		return fmt.Errorf("%s: %w: its SHA-256 is %s, not %s", path, ErrWrongBytes, got, want)
	}
	return nil
}

// isInstalled reports whether the model is installed and correct. A file without any hash was
// put there by hand: it is trusted if it starts like a model, and its hash is recorded.
func (s Store) isInstalled(ctx context.Context, m Model) (bool, error) {
	path := filepath.Join(s.Dir, m.File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	err := check(ctx, m, path)
	if errors.Is(err, ErrNoHash) {
		err = adopt(ctx, path)
	}
	if errors.Is(err, ErrWrongBytes) {
		return false, nil
	}
	return err == nil, err
}

func adopt(ctx context.Context, path string) error {
	f, err := openfile.Regular(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := checkMagic(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	sum, err := hashFile(ctx, path)
	if err != nil {
		return err
	}
	return writeRecord(path, sum)
}

// checkMagic distinguishes a model from the error or login page that a server may send instead.
func checkMagic(f io.ReaderAt) error {
	const magic = "lmgg" // ggml's, 0x67676d6c, least significant byte first
	var head [len(magic)]byte
	if _, err := f.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(head[:]) != magic {
		return fmt.Errorf("%w: it does not begin like a ggml file", ErrWrongBytes)
	}
	return nil
}

func hashFile(ctx context.Context, path string) (string, error) {
	f, err := openfile.Regular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, contextReader{ctx, f}); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// contextReader fails once its context has ended.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

// maxRecord is the most that a record may have, in bytes.
const maxRecord = 64 << 10

// recordOf returns the file that holds a model's hash, in the format of sha256sum.
func recordOf(path string) string { return path + ".sha256" }

func readRecord(path string) (string, error) {
	data, err := openfile.ReadAll(recordOf(path), maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s: %w", path, ErrNoHash)
	}
	if err != nil {
		return "", err
	}
	sum, _, _ := strings.Cut(string(data), " ")
	if bytes, err := hex.DecodeString(sum); err != nil || len(bytes) != sha256.Size {
		return "", fmt.Errorf("%s: %w: it does not begin with a SHA-256; delete it", recordOf(path), ErrNoHash)
	}
	return sum, nil
}

func writeRecord(path, sum string) error {
	record := fmt.Appendf(nil, "%s  %s\n", sum, filepath.Base(path))
	return wholefile.Replace(recordOf(path), record, 0o644)
}
