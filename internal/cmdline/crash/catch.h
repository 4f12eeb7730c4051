#ifndef VOICEFLOW_CRASH_CATCH_H
#define VOICEFLOW_CRASH_CATCH_H

#include <stdbool.h>
#include <stdint.h>

// How a library ends the process.
enum { vf_signal, vf_exit, vf_exception };

// vf_crash goes through the pipe. It is smaller than PIPE_BUF, so it arrives whole.
struct vf_crash {
    int32_t kind;   // vf_signal, ...
    int32_t detail; // number of the signal
    uint64_t pc;    // where; 0 if unknown
    char text[256]; // the library's message, or the type of the exception; ends with 0
};

struct vf_catcher {
    int pipe;                   // to write vf_crash into
    int code;                   // exit code
    uintptr_t go_from, go_to;   // Go's code
    char line[256];             // for standard error if the goroutine cannot do its work
};

void vf_catch(const struct vf_catcher *c);
void vf_release(void);

#endif
