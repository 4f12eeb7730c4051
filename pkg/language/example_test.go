package language_test

import (
	"fmt"

	"voiceflow/pkg/language"
)

func ExampleCode() {
	for _, name := range []string{"en-US", "de_DE.UTF-8", "Español", "Klingon"} {
		code, known := language.Code(name)
		fmt.Printf("%s: %q, %t\n", name, code, known)
	}
	// Output:
	// en-US: "en", true
	// de_DE.UTF-8: "de", true
	// Español: "es", true
	// Klingon: "", false
}
