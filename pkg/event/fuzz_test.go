package event_test

import (
	"bytes"
	"reflect"
	"testing"

	"voiceflow/pkg/event"
)

// FuzzPass: whatever the lines are, each is a record, and what Pass writes of it is read
// back as the same record or as a failure, without a promise of its own.
func FuzzPass(f *testing.F) {
	f.Add([]byte(`{"type":"utterance","id":1,"start":0.5,"end":2.1,"pcm_start":0.2,"pcm":"AAA=","ends":true}` + "\n" + `{"type":"end"}`))
	f.Add([]byte(`{"ends":true,"type":"mood","ENDS": true }` + "\r\n\n" + `{"type":"mark","mark":"end","at":1}`))
	f.Add([]byte(`{"type":"transcript","text":"x","segments":[{"words":[{"start":1e308}]}],"uncovered":[[0,1]]}`))
	f.Add([]byte(`{"type":"end","incomplete":true,"reason":"x"}` + "\n" + `{"type":"error","error":"` + "\xff" + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := event.NewReader(bytes.NewReader(data))
		for in.Scan() {
			rec := in.Record()
			var line bytes.Buffer
			failure, err := event.NewWriter(&line).Pass(rec)
			if err != nil {
				t.Fatal(err)
			}
			if failure != nil {
				rec = failure
			}
			back := event.NewReader(&line)
			if !back.Scan() || !reflect.DeepEqual(back.Record(), rec) && !shortened(rec, back.Record()) {
				t.Fatalf("%+v\nis read back as\n%+v", rec, back.Record())
			}
			if end, is := rec.(*event.End); back.Scan() || (back.Broken() != nil) != (is && end.Incomplete) {
				t.Fatalf("%+v: more than one line, or %v", rec, back.Broken())
			}
		}
		_ = in.Broken()
	})
}

// shortened reports whether two records are the same but for a long reason.
func shortened(a, b event.Record) bool {
	x, isEnd := a.(*event.End)
	y, isToo := b.(*event.End)
	if !isEnd || !isToo || len(x.Reason) <= 1000 {
		return false
	}
	short := *x
	short.Reason = y.Reason
	return short == *y
}
