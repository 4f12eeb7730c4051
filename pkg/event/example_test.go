package event_test

import (
	"fmt"
	"os"
	"strings"

	"voiceflow/pkg/event"
)

func ExampleReader() {
	in := strings.NewReader(`{"type":"transcript","id":1,"start":0.5,"end":2.1,"text":"Hello.","segments":[]}
{"type":"error","id":2,"error":"no speech model"}
{"type":"level","db":-20}
Hello?
`)
	r := event.NewReader(in)
	for r.Scan() {
		switch rec := r.Record().(type) {
		case *event.Transcript:
			fmt.Printf("%.1f s: %s\n", rec.Start, rec.Text)
		case *event.Failure:
			fmt.Printf("utterance %d: %s\n", rec.ID, rec.Error)
		case *event.Unknown:
			fmt.Printf("passed on: %s\n", rec.Raw)
		case *event.SyntaxError:
			fmt.Println(rec)
		}
	}
	if err := r.Err(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0.5 s: Hello.
	// utterance 2: no speech model
	// passed on: {"type":"level","db":-20}
	// line 4: not a JSON object: it does not begin with {; skipped
}

func ExampleWriter() {
	w := event.NewWriter(os.Stdout)
	err := w.Write(&event.Utterance{ID: 1, Start: 0.5, End: 2.1, PCMStart: 0.2, PCM: []byte{1, 0, 255, 255}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"type":"utterance","id":1,"start":0.5,"end":2.1,"pcm_start":0.2,"pcm":"AQD//w=="}
}
