package paste_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"voiceflow/pkg/paste"
)

// The text goes to the focused window or, if that fails, to standard output.
func Example() {
	chain, err := paste.Open(paste.Session{Getenv: os.Getenv, LookPath: exec.LookPath, Stdout: os.Stdout}, "auto", "stdout")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer chain.Close()
	outcome, err := chain.Deliver(context.Background(), func(paste.Method) string { return "Hello." })
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Fprintln(os.Stderr, "delivered by", outcome.Method.Name)
}

func ExampleChain_Deliver() {
	chain, err := paste.Open(paste.Session{Getenv: os.Getenv, LookPath: exec.LookPath, Stdout: os.Stdout}, "stdout")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer chain.Close()
	outcome, err := chain.Deliver(context.Background(), func(paste.Method) string { return "Hello,\nworld." })
	fmt.Println(outcome.Method.Name, err)
	// Output:
	// Hello, world.
	// stdout <nil>
}

func ExampleClean() {
	fmt.Printf("%q\n", paste.Clean("rm -rf /\n\x1b[31mdone\x1b[0m"))
	// Output: "rm -rf / done"
}
