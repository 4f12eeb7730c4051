package capture

/*
#include <stdio.h>

#if defined(__GLIBC__) || defined(__APPLE__)

static FILE *loud, *nowhere;

// vf_hush redirects the messages of C libraries to /dev/null. The file is never
// closed, because one of their threads may be writing to it.
static void vf_hush(void) {
	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "we");
	if (nowhere != NULL && stderr != nowhere) {
		loud = stderr;
		stderr = nowhere;
	}
}

static void vf_unhush(void) {
	if (loud != NULL)
		stderr = loud;
}

#else

static void vf_hush(void) {}
static void vf_unhush(void) {}

#endif
*/
import "C"

// ALSA, JACK and PortAudio print messages to standard error while they look for
// devices, but also at any time from their own threads, for example when the
// audio server dies. They use C's variable stderr, which a program may set with
// glibc and on macOS. Go writes to file descriptor 2, which is left alone, so
// that no log line or panic is lost.

// hush suppresses messages of C libraries until unhush.
func hush()   { C.vf_hush() }
func unhush() { C.vf_unhush() }
