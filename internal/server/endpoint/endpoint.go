// Package endpoint knows where vf-transcribe --listen listens, and how clients reach it.
package endpoint

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"voiceflow/internal/openfile"
	"voiceflow/internal/ownsocket"
)

// Own returns the address of this user's server.
func Own() string {
	folder := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(folder) { // a relative one does not count, by its specification
		folder = filepath.Join(os.TempDir(), fmt.Sprintf("voiceflow-%d", os.Getuid()))
		return "unix:" + filepath.Join(folder, "transcribe.sock")
	}
	return "unix:" + filepath.Join(folder, "voiceflow", "transcribe.sock")
}

// UploadFile is the pattern of the names of the server's temporary files, for
// os.CreateTemp.
const UploadFile = "voiceflow-upload-*"

// dialTimeout is how long a server that listens may take to accept.
const dialTimeout = 2 * time.Second

// Client returns an HTTP client for an address, unix:PATH, HOST:PORT or a URL with http or
// https, and the URL to put before paths.
func Client(address string) (client *http.Client, base string) {
	dialer := &net.Dialer{Timeout: dialTimeout}
	transport := &http.Transport{MaxIdleConnsPerHost: 16, DialContext: dialer.DialContext}
	client = &http.Client{Transport: transport}
	path, isUnix := strings.CutPrefix(address, "unix:")
	switch {
	case isUnix:
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return ownsocket.Dial(ctx, dialer, path, "server")
		}
		return client, "http://localhost"
	case strings.Contains(address, "://"):
		return client, strings.TrimSuffix(address, "/")
	}
	return client, "http://" + address
}

// maxToken is the maximum size of a file with a secret, in bytes.
const maxToken = 4096

// ReadToken reads the secret that clients send from a file of one word. It returns "" for the
// file "".
func ReadToken(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	data, err := openfile.ReadAll(file, maxToken)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(data))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", fmt.Errorf("%s must contain one word, such as the output of openssl rand -hex 32", file)
	}
	return token, nil
}
