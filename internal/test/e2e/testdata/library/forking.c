// A library that starts another process while it decodes. That ends in the way that $CHILD
// names, and the library prints its status.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(const char *how) {
    if (!strcmp(how, "exit")) exit(3);
    if (!strcmp(how, "abort")) abort();
    if (!strcmp(how, "read")) (void)*(volatile int *)8;
    if (!strcmp(how, "terminate")) ((void (*)(void))dlsym(RTLD_DEFAULT, "_ZSt9terminatev"))();
    _exit(99);
}

int whisper_full_n_segments_from_state(void *state) {
    static int done;
    if (!done) {
        done = 1;
        const pid_t child = fork();
        if (child == 0) {
            end(getenv("CHILD"));
        }
        int status = 0;
        waitpid(child, &status, 0);
        dprintf(2, "child: %d\n", status & ~0x80); // without whether it dumped its memory
    }
    int (*next)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "whisper_full_n_segments_from_state");
    return next(state);
}
