package streams

/*
#include <errno.h>
#include <fcntl.h>

// open returns the lowest free descriptor, so each call fills the one just checked.
__attribute__((constructor)) static void occupy_closed_streams(void) {
	if (fcntl(0, F_GETFD) == -1 && errno == EBADF) open("/dev/null", O_WRONLY);
	if (fcntl(1, F_GETFD) == -1 && errno == EBADF) open("/dev/null", O_RDONLY);
}
*/
import "C"
