// Sbom completes the list of components (CycloneDX, in JSON) that cyclonedx-gomod
// writes: it sets the version, and adds Debian's source packages.
//
//	cyclonedx-gomod mod ... | sbom -version 1.2.3 -time 1700000000 NAME=VERSION ...
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	version := flag.String("version", "", "`VERSION` of VoiceFlow")
	seconds := flag.Int64("time", 0, "`SECONDS` since 1970 at which the list was made")
	flag.Parse()
	if err := complete(os.Stdin, os.Stdout, *version, time.Unix(*seconds, 0).UTC(), flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "sbom: %v\n", err)
		os.Exit(1)
	}
}

// bom is the part of a list of components that this program knows. Other fields are
// kept as they are.
type bom struct {
	fields     map[string]any
	metadata   map[string]any
	component  map[string]any // VoiceFlow itself
	components []any
}

func complete(in io.Reader, out io.Writer, version string, at time.Time, sources []string) error {
	var b bom
	if err := json.NewDecoder(in).Decode(&b.fields); err != nil {
		return fmt.Errorf("not a list of components: %w", err)
	}
	b.metadata, _ = b.fields["metadata"].(map[string]any)
	b.component, _ = b.metadata["component"].(map[string]any)
	b.components, _ = b.fields["components"].([]any)
	if b.component == nil || b.fields["bomFormat"] != "CycloneDX" {
		return fmt.Errorf("not a list of components in CycloneDX's format")
	}
	b.metadata["timestamp"] = at.Format(time.RFC3339)
	b.component["version"] = version
	// cyclonedx-gomod puts the commit here, if there is one: the source may also be an archive.
	delete(b.component, "purl")
	own := reference(b.component)
	b.component["bom-ref"] = "voiceflow"
	dependencies, _ := b.fields["dependencies"].([]any)
	for _, d := range dependencies {
		if fields, is := d.(map[string]any); is && fields["ref"] == own {
			fields["ref"] = "voiceflow"
		}
	}
	for _, source := range sources {
		name, version, found := strings.Cut(source, "=")
		if !found {
			return fmt.Errorf("%q: want NAME=VERSION", source)
		}
		purl := "pkg:deb/debian/" + name + "@" + url.PathEscape(version) + "?arch=source"
		b.components = append(b.components, map[string]any{
			"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl,
		})
	}
	slices.SortStableFunc(b.components, func(a, b any) int {
		return cmp.Compare(reference(a), reference(b))
	})
	b.fields["components"] = b.components
	write := json.NewEncoder(out)
	write.SetIndent("", "  ")
	write.SetEscapeHTML(false)
	return write.Encode(b.fields)
}

// reference returns the unique name of a component.
func reference(component any) string {
	fields, _ := component.(map[string]any)
	name, _ := fields["bom-ref"].(string)
	return name
}
