package dictation_test

import (
	"fmt"

	"voiceflow/pkg/dictation"
)

func Example() {
	d, err := dictation.New(dictation.Options{Commands: "en", Capitalise: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, said := range []string{
		"dear reader, comma, new line",
		"this is the first sentence full stop and this",
		"Scratch that.",
		"The second one.",
		"Question mark.",
	} {
		edit := d.AddText(said)
		fmt.Printf("take back %d, insert %q\n", edit.Delete, edit.Insert)
	}
	fmt.Println(d.Text())
	// Output:
	// take back 0, insert "Dear reader,\n"
	// take back 0, insert "this is the first sentence. And this"
	// take back 36, insert ""
	// take back 0, insert "The second one."
	// take back 1, insert "?"
	// Dear reader,
	// The second one?
}
