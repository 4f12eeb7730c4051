package format_test

import (
	"fmt"
	"os"

	"voiceflow/pkg/event"
	"voiceflow/pkg/format"
)

func ExampleWrite() {
	t := &event.Transcript{Text: "Hello. Who is there?", Segments: []event.Segment{
		{Start: 0.5, End: 1.25, Text: " Hello."},
		{Start: 62, End: 63.5, Text: " Who is there?"},
	}}
	for _, name := range []string{"srt", "csv", "lrc"} {
		if err := format.Write(os.Stdout, name, t); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// 1
	// 00:00:00,500 --> 00:00:01,250
	// Hello.
	//
	// 2
	// 00:01:02,000 --> 00:01:03,500
	// Who is there?
	//
	// start,end,text
	// 500,1250,Hello.
	// 62000,63500,Who is there?
	// [by:voiceflow]
	// [00:00.50] Hello.
	// [01:02.00] Who is there?
}
