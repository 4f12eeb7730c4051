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
	for _, utterance := range []string{
		"dear reader, comma, new line",
		"this is the first sentence full stop and this",
		"Scratch that.",
		"The second one.",
		"Question mark.",
	} {
		edit := d.AddText(utterance)
		fmt.Printf("delete %d, insert %q\n", edit.Delete, edit.Insert)
	}
	fmt.Println(d.Text())
	// Output:
	// delete 0, insert "Dear reader,\n"
	// delete 0, insert "this is the first sentence. And this"
	// delete 36, insert ""
	// delete 0, insert "The second one."
	// delete 1, insert "?"
	// Dear reader,
	// The second one?
}
