package models_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"voiceflow/pkg/engine/models"
)

// This downloads a model unless it is there, and prints its path.
func ExampleStore_Pull() {
	path, err := models.Default().Pull(context.Background(), "base.en", func(done, total int64) {
		if total > 0 {
			fmt.Fprintf(os.Stderr, "\r%d %%", 100*done/total)
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(path)
}

func ExampleStore_Path() {
	store := models.Store{Dir: "no-such-folder"}
	_, err := store.Path("base.en")
	fmt.Println(errors.Is(err, models.ErrNotInstalled))
	_, err = store.Path("bass.en")
	fmt.Println(errors.Is(err, models.ErrUnknown))
	// Output:
	// true
	// true
}

func ExampleFind() {
	m, found := models.Find("base.en")
	fmt.Println(found, m.File, m.Multilingual)
	// Output: true ggml-base.en.bin false
}
