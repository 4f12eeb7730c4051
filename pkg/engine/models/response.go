package models

import (
	"net/http"
	"strconv"
	"strings"
)

// maxETag is the length in bytes beyond which an ETag is ignored.
const maxETag = 256

// strongETag returns the response's ETag if it identifies the file byte for byte, otherwise "".
func strongETag(resp *http.Response) string {
	etag := resp.Header.Get("ETag")
	if !validETag(etag) {
		return ""
	}
	return etag
}

// validETag reports whether a strong ETag is one that can be sent back.
func validETag(etag string) bool {
	if len(etag) < 3 || len(etag) > maxETag || etag[0] != '"' || etag[len(etag)-1] != '"' {
		return false
	}
	for _, c := range []byte(etag[1 : len(etag)-1]) {
		if c <= ' ' || c == '"' || c >= 0x7f {
			return false
		}
	}
	return true
}

func sameETag(resp *http.Response, o origin) bool {
	etag := strongETag(resp)
	return etag == "" || o.ETag == "" || etag == o.ETag
}

// span is a part of a file, from a Content-Range header.
type span struct {
	first, last int64 // of its bytes
	total       int64 // bytes of the file; 0: unknown
}

// contentRange parses "bytes 5-9/10", "bytes 5-9/*" or "bytes */10". A span without bytes has
// only a total, and is not ok; nor is one that contradicts itself.
func contentRange(resp *http.Response) (s span, ok bool) {
	value, isBytes := strings.CutPrefix(resp.Header.Get("Content-Range"), "bytes ")
	bytes, length, found := strings.Cut(value, "/")
	if !isBytes || !found {
		return span{}, false
	}
	if length != "*" {
		if s.total, ok = parseCount(length); !ok {
			return span{}, false
		}
	}
	from, to, found := strings.Cut(bytes, "-")
	if !found {
		return s, false
	}
	var firstOK, lastOK bool
	s.first, firstOK = parseCount(from)
	s.last, lastOK = parseCount(to)
	if !firstOK || !lastOK || s.first > s.last || length != "*" && s.last >= s.total {
		return span{total: s.total}, false
	}
	return s, true
}

// parseCount parses a number of digits alone.
func parseCount(digits string) (n int64, ok bool) {
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}
