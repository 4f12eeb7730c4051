package streams

/*
#cgo CFLAGS: -D_GNU_SOURCE
int vf_output(void);
*/
import "C"

import (
	"os"
	"sync"
)

// output is the caller's standard output. There must be only one os.File for it.
var output = sync.OnceValue(func() *os.File {
	fd := int(C.vf_output())
	if fd == 1 {
		return os.Stdout
	}
	return os.NewFile(uintptr(fd), os.Stdout.Name())
})
