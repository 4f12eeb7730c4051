package notify_test

import (
	"context"
	"fmt"

	"voiceflow/pkg/paste/notify"
)

func Example() {
	ctx := context.Background()
	bubble, err := notify.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer bubble.Close()
	for _, text := range []string{"listening", "recognising"} { // the second replaces the first
		if err := bubble.Show(ctx, "VoiceFlow", text, false); err != nil {
			fmt.Println(err)
			return
		}
	}
}
