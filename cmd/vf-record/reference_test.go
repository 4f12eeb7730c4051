package main

import (
	"testing"

	"voiceflow/internal/test/reference"
)

func TestReference(t *testing.T) { reference.Check(t, "vf-record", run) }
