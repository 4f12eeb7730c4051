# VoiceFlow. Usually: make demo, make test, make install PREFIX=~/.local
#
#   make              build the five programs into bin/
#   make demo         build, then run the pipeline on the test recordings
#   make test         build, then run all tests
#   make test-real    test with real weights and human voices (fetches them first)
#   make lint         run gofmt, vet and staticcheck, and check that go.mod is tidy
#   make security     look for security mistakes and for known holes in modules
#   make portability  build, vet and test what needs no C library, for other systems too
#   make fuzz         run every fuzz target for FUZZTIME (10s)
#   make fuzz-models  load 10,000 models changed at random, under AddressSanitizer
#   make soak         dictate for SOAK (5m) while things go wrong: docs/reliability.md
#   make bench        measure speed, latency and words, compared with whisper-cli
#   make bench-peers  the same with real weights and voices, and faster-whisper
#   make bench-detection  measure speech detection on recorded voices, music and
#                     sounds, compared with Silero
#   make recordings   synthesise the test recordings again
#   make pictures     make the pictures of the documentation again, from real runs
#   make install      install programs, libraries and the demo model under PREFIX
#   make uninstall    remove these, but keep settings, logs and models
#   make dist         build a tarball, a .deb and an .rpm in dist/ (VERSION=1.2.3,
#                     MAINTAINER="NAME <ADDRESS>")
#   make test-packages  test these in clean systems of Debian 12 and 13, or SUITES
#                     (as root)
#   make test-bare    make demo and install in systems with only git and make (as root)
#   make clean        remove bin/ and dist/
#   make clean-native remove bin/, dist/ and .native/
#
# scripts/go.sh finds or fetches Go, scripts/native-libs.sh libwhisper. To build
# libwhisper from upstream's source: make WHISPER_SRC=DIR (if empty, git fetches
# it). Each step says what it does and writes a log under .native.

SHELL = /bin/sh
PREFIX ?= /usr/local
FUZZTIME ?= 10s
FUZZMODELS ?= 10000
SOAK ?= 5m

ifneq ($(origin WHISPER_SRC),undefined)
export WHISPER_SRC
endif

# go, with the variables for finding the native libraries.
GO = . ./.native/env && go

.PHONY: all build demo test test-real soak lint security portability fuzz fuzz-models bench bench-peers \
	bench-detection recordings pictures install uninstall dist test-packages test-bare clean clean-native build-deps test-deps

all: build

build-deps:
	@STEP=1/4 scripts/system-packages.sh build
	@STEP=2/4 scripts/go.sh
	@STEP=3/4 scripts/native-libs.sh

test-deps: build-deps
	@STEP="tests 1/4" scripts/system-packages.sh test
	@STEP="tests 2/4" scripts/system-packages.sh recordings
	@STEP="tests 3/4" scripts/sound-clips.sh
	@STEP="tests 4/4" scripts/nginx.sh

build: build-deps
	@STEP=4/4 scripts/build.sh

demo: build
	@bin/vf-health check --words testdata/recordings

test: build test-deps
	@# Compile on all processors. Then run two packages at a time, because many tests wait;
	@# the longest first. Their decodings share the processors, so threads that wait must not
	@# spin. make lint runs vet.
	@$(GO) list -race -test -export ./... >/dev/null
	@export GOMP_SPINCOUNT=0 GORACE=atexit_sleep_ms=0 SOAK_PROGRAMS=$$PWD/bin; $(GO) test -race -vet=off -timeout 40m -p 2 ./internal/test/e2e \
		$$(go list ./... | grep -v -e '/bench/segmentation$$' -e '/internal/test/e2e$$')
	@# Hours of sound and no shared data: the race detector would only make it four times slower.
	@$(GO) test -vet=off ./bench/segmentation
	@$(GO) test -vet=off -run '^Test(Real|PageOpensQuickly|LongText|SizeLimit)' ./pkg/vad ./internal/health/dashboard \
		./pkg/dictation ./pkg/audio/input

test-real: build
	@scripts/real-speech.sh
	@export REAL_SPEECH=$$PWD/.native/peers && \
		$(GO) test -timeout 40m -count 1 -v -run '^TestReal[A-Z]' ./internal/test/e2e

soak: build test-deps
	@export SOAK="$(SOAK)" SOAK_PROGRAMS=$$PWD/bin; \
		$(GO) test -count 1 -v -timeout 0 -run '^TestSoak$$' ./internal/test/soak

lint: build-deps
	@scripts/lint.sh

security: build-deps
	@scripts/security.sh

portability: build-deps
	@scripts/portability.sh

fuzz: build-deps
	@FUZZSKIP='$(FUZZSKIP)' scripts/fuzz.sh $(FUZZTIME)

fuzz-models:
	@STEP=1/3 scripts/system-packages.sh build
	@STEP=2/3 scripts/go.sh
	@STEP=3/3 scripts/fuzz-models.sh $(FUZZMODELS)

bench: build test-deps
	@scripts/bench.sh

bench-peers: build
	@scripts/bench-peers.sh

bench-detection: build
	@scripts/bench-detection.sh

recordings: build-deps
	@scripts/system-packages.sh recordings
	@testdata/recordings/make.sh

pictures: build test-deps
	@$(GO) run ./scripts/pictures

install: build
	@scripts/install.sh "$(PREFIX)" "$(DESTDIR)"

uninstall:
	@scripts/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

dist: build-deps
	@VERSION="$(VERSION)" scripts/dist.sh

test-packages: build-deps
	@scripts/system-packages.sh packages
	@scripts/test-packages.sh $(SUITES)

test-bare:
	@scripts/system-packages.sh packages
	@scripts/test-bare.sh $(SUITES)

clean:
	rm -rf bin dist

clean-native: clean
	rm -rf .native
