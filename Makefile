# VoiceFlow. The common road: make demo, make test, make install PREFIX=~/.local
#
#   make              build the five programs into bin/
#   make demo         build, then run the pipeline over the recordings
#   make test         build, then run every test
#   make test-real    tests on real weights and people's voices, fetched first
#   make lint         gofmt, vet, staticcheck, tidy go.mod
#   make fuzz         every fuzz target for FUZZTIME (10s)
#   make bench        measurements: speed, latency, words beside whisper-cli
#   make bench-peers  the same on real weights and voices, with faster-whisper
#   make bench-detection  speech detection on recorded voices, music and sounds, beside Silero
#   make recordings   speak the test recordings again
#   make install      programs, libraries and the demo model under PREFIX
#   make uninstall    remove these; settings, logs and models stay
#   make clean        remove bin/;  make clean-native removes .native/ too
#
# Go is found or brought by scripts/go.sh, libwhisper by scripts/native-libs.sh.
# To build that from upstream's source: make WHISPER_SRC=DIR (empty DIR: fetched
# by git). Each step says what it does; its log is under .native.

SHELL = /bin/sh
PREFIX ?= /usr/local
FUZZTIME ?= 10s

ifneq ($(origin WHISPER_SRC),undefined)
export WHISPER_SRC
endif

# go with the variables that find the native libraries.
GO = . ./.native/env && go

.PHONY: all build demo test test-real lint fuzz bench bench-peers bench-detection recordings install uninstall clean clean-native build-deps test-deps

all: build

build-deps:
	@STEP=1/4 scripts/system-packages.sh build
	@STEP=2/4 scripts/go.sh
	@STEP=3/4 scripts/native-libs.sh

test-deps: build-deps
	@STEP="tests 1/3" scripts/system-packages.sh test
	@STEP="tests 2/3" scripts/system-packages.sh recordings
	@STEP="tests 3/3" scripts/sound-clips.sh

build: build-deps
	@STEP=4/4 scripts/build.sh

demo: build
	@bin/vf-health check --words testdata/recordings

test: build test-deps
	@# All processors compile; then one package runs after the other, because many
	@# drive real programs. make lint has the vetting.
	@$(GO) list -race -test -export ./... >/dev/null
	@$(GO) test -race -vet=off -timeout 40m -p 1 $$(go list ./... | grep -v '/bench/segmentation$$')
	@# Hours of sound and no shared data: under the race detector it takes four times as long.
	@$(GO) test -vet=off ./bench/segmentation

test-real: build
	@scripts/real-speech.sh
	@export REAL_SPEECH=$$PWD/.native/peers && $(GO) test -timeout 40m -count 1 -v -run '^TestReal[A-Z]' ./internal/test/e2e

lint: build-deps
	@scripts/lint.sh

fuzz: build-deps
	@scripts/fuzz.sh $(FUZZTIME)

bench: build test-deps
	@scripts/bench.sh

bench-peers: build
	@scripts/bench-peers.sh

bench-detection: build
	@scripts/bench-detection.sh

recordings: build-deps
	@scripts/system-packages.sh recordings
	@testdata/recordings/make.sh

install: build
	@scripts/install.sh "$(PREFIX)" "$(DESTDIR)"

uninstall:
	@scripts/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

clean:
	rm -rf bin

clean-native: clean
	rm -rf .native
