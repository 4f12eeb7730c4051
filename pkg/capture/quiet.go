package capture

/*
#include <stdio.h>

#if defined(__GLIBC__) || defined(__APPLE__)

static FILE *loud, *nowhere;

// vf_hush lets C libraries write what they have to say to nowhere. Nowhere is
// never closed: a thread of theirs may be writing.
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

// ALSA, JACK and PortAudio write their complaints to standard error, while
// they look for devices but also from threads of their own, at any time: when
// the audio server dies, for one. They do so through C's variable stderr, which
// glibc and macOS let a program set. Go's own writes go to descriptor 2, which
// stays as it is: no log line and no panic is swallowed meanwhile, as would be
// if the descriptor were redirected.

// hush keeps the chatter of C libraries from the user until unhush.
func hush()   { C.vf_hush() }
func unhush() { C.vf_unhush() }
