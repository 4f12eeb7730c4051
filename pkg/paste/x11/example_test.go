package x11_test

import (
	"context"
	"fmt"

	"voiceflow/pkg/paste/x11"
)

func Example() {
	display, err := x11.Open("") // $DISPLAY
	if err != nil {
		fmt.Println(err)
		return
	}
	defer display.Close()
	if err := display.Type(context.Background(), "Grüße, 北京"); err != nil {
		fmt.Println(err)
	}
}

// The clipboard has its old content again afterwards.
func ExampleDisplay_Paste() {
	ctx := context.Background()
	display, err := x11.Open("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer display.Close()
	receipt, err := display.Paste(ctx, "a long text")
	if err != nil {
		fmt.Println(err)
		return
	}
	if receipt.Restored {
		err = display.Serve(ctx) // until another program takes the clipboard
	}
	fmt.Println(receipt.Taken, err)
}
