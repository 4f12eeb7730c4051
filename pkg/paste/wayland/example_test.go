package wayland_test

import (
	"context"
	"errors"
	"fmt"

	"voiceflow/pkg/paste/wayland"
)

func Example() {
	ctx := context.Background()
	display, err := wayland.Open("") // $WAYLAND_DISPLAY
	if err != nil {
		fmt.Println(err)
		return
	}
	defer display.Close()
	err = display.Type(ctx, "Grüße, 北京")
	switch {
	case errors.Is(err, wayland.ErrNoVirtualKeyboard):
		fmt.Println("this compositor does not let programs type: paste instead")
	case err != nil:
		fmt.Println(err)
	}
}

// Terminals paste with other keys.
func ExampleDisplay_Paste() {
	ctx := context.Background()
	display, err := wayland.Open("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer display.Close()
	key := wayland.CtrlV
	if program, err := display.Focused(ctx); err == nil && wayland.IsTerminal(program) {
		key = wayland.CtrlShiftV
	}
	if _, err := display.Paste(ctx, "a long text", key); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(display.Serve(ctx)) // keeps the old clipboard content alive
}
