package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const fromGo = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
	"metadata":{"component":{"bom-ref":"main","name":"voiceflow","version":"v0.0.0","purl":"pkg:golang/voiceflow@v0.0.0"}},
	"components":[{"bom-ref":"pkg:golang/z@v1","name":"z"},{"bom-ref":"pkg:golang/a@v1","name":"a"}],
	"dependencies":[{"ref":"main","dependsOn":["pkg:golang/z@v1"]}]}`

func TestComplete(t *testing.T) {
	var out bytes.Buffer
	err := complete(strings.NewReader(fromGo), &out, "1.2.3", time.Unix(1e9, 0).UTC(), []string{"whisper.cpp=1.9.5+dfsg-1"})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Metadata struct {
			Timestamp string
			Component struct{ Name, Version, PURL string }
		}
		Components   []struct{ Name, Version, PURL string }
		Dependencies []struct{ Ref string }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if c := got.Metadata.Component; c.Name != "voiceflow" || c.Version != "1.2.3" || c.PURL != "" ||
		got.Metadata.Timestamp != "2001-09-09T01:46:40Z" {
		t.Errorf("metadata: %+v", got.Metadata)
	}
	if len(got.Components) != 3 || len(got.Dependencies) != 1 {
		t.Fatalf("%d components, %d dependencies", len(got.Components), len(got.Dependencies))
	}
	if got.Dependencies[0].Ref != "voiceflow" {
		t.Errorf("dependencies: %+v", got.Dependencies)
	}
	if c := got.Components[0]; c.Name != "whisper.cpp" || c.Version != "1.9.5+dfsg-1" ||
		c.PURL != "pkg:deb/debian/whisper.cpp@1.9.5+dfsg-1?arch=source" {
		t.Errorf("first component: %+v", c)
	}
	if got.Components[1].Name != "a" || got.Components[2].Name != "z" {
		t.Errorf("not sorted: %+v", got.Components)
	}
}

func TestNotComplete(t *testing.T) {
	for in, source := range map[string]string{"": "a=1", "{}": "a=1", fromGo: "a"} {
		if err := complete(strings.NewReader(in), &bytes.Buffer{}, "1", time.Time{}, []string{source}); err == nil {
			t.Errorf("%.20q with %q was accepted", in, source)
		}
	}
}
