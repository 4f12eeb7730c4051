// Handlers for libraries that end the process. They run in any state of the process, so
// they only write what happened into a pipe, and a goroutine does the rest.
#include "catch.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { n_caught = 5, patience = 3 /* seconds that the goroutine has */ };
static const int caught[n_caught] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};

static struct sigaction replaced[n_caught];
static struct vf_catcher catcher; // set up by vf_catch
static int armed;
static int reported;
static char message[sizeof(((struct vf_crash *)0)->text)]; // of the library, before it aborts

// last_words ends the process without the goroutine.
_Noreturn static void last_words(void) {
    ssize_t written = write(2, catcher.line, strlen(catcher.line));
    (void)written;
    _exit(catcher.code);
}

// hand_over reports what happened and waits until the goroutine has ended the process.
_Noreturn static void hand_over(int kind, int detail, uintptr_t pc) {
    if (__atomic_exchange_n(&reported, 1, __ATOMIC_SEQ_CST)) {
        last_words(); // the goroutine cannot work either
    }
    struct vf_crash c = {.kind = kind, .detail = detail, .pc = pc};
    memcpy(c.text, message, sizeof c.text);
    if (write(catcher.pipe, &c, sizeof c) == (ssize_t)sizeof c) {
        struct timespec rest = {patience, 0};
        while (nanosleep(&rest, &rest) != 0) {
        }
    }
    last_words();
}

static uintptr_t program_counter(void *context) {
    ucontext_t *u = context;
#if defined(__linux__) && defined(__x86_64__)
    return (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined(__linux__) && defined(__aarch64__)
    return (uintptr_t)u->uc_mcontext.pc;
#else
    return (void)u, catcher.go_from; // unknown: Go decides
#endif
}

// is_ours reports whether a signal is the end of a library: one that the kernel sends
// for code other than Go's, or that the process sends to itself.
static bool is_ours(int signal, const siginfo_t *info, uintptr_t pc) {
    if (!__atomic_load_n(&armed, __ATOMIC_SEQ_CST)) {
        return false;
    }
    if (info->si_code <= 0) {
        return info->si_pid == getpid();
    }
    return signal == SIGABRT || pc < catcher.go_from || pc >= catcher.go_to;
}

static void on_signal(int signal, siginfo_t *info, void *context) {
    const uintptr_t pc = program_counter(context);
    if (is_ours(signal, info, pc)) {
        hand_over(vf_signal, signal, info->si_code > 0 ? pc : 0);
    }
    for (int i = 0; i < n_caught; i++) {
        if (caught[i] == signal && replaced[i].sa_flags & SA_SIGINFO) {
            replaced[i].sa_sigaction(signal, info, context);
        }
    }
}

static void on_exit_of_library(void) {
    if (__atomic_load_n(&armed, __ATOMIC_SEQ_CST)) {
        hand_over(vf_exit, 0, 0);
    }
}

static void on_ggml_abort(const char *text) {
    strncpy(message, text, sizeof message - 1);
}

// on_terminate notes the type of a C++ exception that nobody handles.
static void on_terminate(void) {
    void **(*type)(void) = (void **(*)(void))dlsym(RTLD_DEFAULT, "__cxa_current_exception_type");
    void **info = type ? type() : NULL;
    if (info) {
        strncpy(message, info[1], sizeof message - 1); // std::type_info is its table and its name
    }
    hand_over(vf_exception, 0, 0);
}

static void install(void) {
    setenv("GGML_NO_BACKTRACE", "1", 1); // otherwise it starts a debugger
    void *(*on_abort)(void (*)(const char *)) = (void *(*)(void (*)(const char *)))dlsym(RTLD_DEFAULT, "ggml_set_abort_callback");
    if (on_abort) {
        on_abort(on_ggml_abort);
    }
    void *(*terminate)(void (*)(void)) = (void *(*)(void (*)(void)))dlsym(RTLD_DEFAULT, "_ZSt13set_terminatePFvvE");
    if (terminate) {
        terminate(on_terminate);
    }
    atexit(on_exit_of_library);
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigfillset(&action.sa_mask); // as Go's handlers
    for (int i = 0; i < n_caught; i++) {
        sigaction(caught[i], &action, &replaced[i]);
    }
}

void vf_catch(const struct vf_catcher *c) {
    static bool installed;
    catcher = *c;
    if (!installed) {
        installed = true;
        install();
    }
    __atomic_store_n(&armed, 1, __ATOMIC_SEQ_CST);
}

void vf_release(void) { __atomic_store_n(&armed, 0, __ATOMIC_SEQ_CST); }
