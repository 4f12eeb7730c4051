package filelist_test

import (
	"fmt"
	"strings"

	"voiceflow/internal/filelist"
)

func ExampleFind() {
	list := strings.NewReader("monday.wav\ntuesday.wav\nwednesday.wav\nthursday.wav\n")
	found, err := filelist.Find(filelist.Source{Args: []string{"friday/*.wav"}, FilesFrom: "-", Stdin: list})
	if err != nil {
		fmt.Println(err)
	}
	for _, p := range found.Problems {
		fmt.Println(p)
	}
	shard := filelist.Shard{Index: 1, Count: 2}
	for _, file := range found.Files {
		fmt.Println(file.Name, shard.Has(file.Name))
	}
	// Output:
	// friday/*.wav: matches no files
	// monday.wav true
	// tuesday.wav false
	// wednesday.wav false
	// thursday.wav true
}
