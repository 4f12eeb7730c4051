package language

import "testing"

// FuzzCode: every name gives one of Whisper's codes, which gives itself, or nothing.
func FuzzCode(f *testing.F) {
	for _, name := range []string{"en_US.UTF-8", "German", "zh-Hant-TW", "\xff", "x-x", "nb@latin", "i-klingon"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		code, found := Code(name)
		if !found {
			return
		}
		if again, ok := Code(code); !isCode(code) || !ok || again != code {
			t.Errorf("%q is %q, which is %q, %v", name, code, again, ok)
		}
	})
}
