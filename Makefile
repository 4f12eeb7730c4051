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
#   make recordings   speak the test recordings anew
#   make install      programs, libraries and the demo model under PREFIX
#   make uninstall    remove these; settings, logs and models stay
#   make clean        remove bin/;  make clean-native removes .native/ too
#
# libwhisper is found or staged by scripts/native-libs.sh. To build it from
# upstream's source instead: make WHISPER_SRC=DIR (empty DIR: fetched by git).

SHELL = /bin/sh
PREFIX ?= /usr/local
FUZZTIME ?= 10s
PROGRAMS = vf-record vf-vad vf-transcribe vf-paste vf-health

ifneq ($(origin WHISPER_SRC),undefined)
export WHISPER_SRC
endif

# go with the variables that find the native libraries.
GO = . ./.native/env && go
# The programs know the folder of libwhisper's backends from their build.
LINK = -ldflags "-X main.builtinBackends=$$VOICEFLOW_BACKENDS $$NATIVE_LDFLAGS"

.PHONY: all build demo test test-real lint fuzz bench bench-peers recordings install uninstall clean clean-native build-deps test-deps

all: build

build-deps:
	@scripts/system-packages.sh build
	@scripts/native-libs.sh

test-deps: build-deps
	@scripts/system-packages.sh test
	@scripts/system-packages.sh recordings

build: build-deps
	@mkdir -p bin
	@$(GO) build $(LINK) -o bin/ ./cmd/...

demo: build
	@bin/vf-health check --words testdata/recordings

test: build test-deps
	@# One package after the other: many drive real programs and all processors.
	@$(GO) test -race -timeout 40m -p 1 ./...

test-real: build
	@scripts/real-speech.sh
	@export REAL_SPEECH=$$PWD/.native/peers && $(GO) test -timeout 40m -count 1 -v -run '^TestReal[A-Z]' ./internal/e2e

lint: build-deps
	@scripts/lint.sh

fuzz: build-deps
	@scripts/fuzz.sh $(FUZZTIME)

bench: build test-deps
	@scripts/bench.sh

bench-peers: build
	@scripts/bench-peers.sh

recordings:
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
