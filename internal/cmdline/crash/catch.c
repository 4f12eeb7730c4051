// Handlers for libraries that end the process. They run in any state of the process, so
// they only write what happened into a pipe, and a goroutine does the rest.
#include "catch.h"

#include <dlfcn.h>
#include <poll.h>
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
static pid_t owner; // the process; the ends of its forked children are not its own
static int armed;
static int reported;
static char message[sizeof(((struct vf_crash *)0)->text)]; // of the library, before it aborts

// is_armed reports whether the end of this process is to be reported.
static bool is_armed(void) { return __atomic_load_n(&armed, __ATOMIC_SEQ_CST) && getpid() == owner; }

// last_words ends the process without the goroutine.
_Noreturn static void last_words(void) {
    struct pollfd err = {.fd = 2, .events = POLLOUT};
    if (poll(&err, 1, 0) == 1) { // otherwise nobody reads it, and write would wait for ever
        ssize_t written = write(2, catcher.line, strlen(catcher.line));
        (void)written;
    }
    _exit(catcher.code);
}

// wait_for_goroutine gives it time to report and to end the process.
static void wait_for_goroutine(void) {
    struct timespec rest = {patience, 0};
    while (nanosleep(&rest, &rest) != 0) {
    }
}

// hand_over reports what happened and waits until the goroutine has ended the process.
_Noreturn static void hand_over(int kind, int detail, uintptr_t pc) {
    if (__atomic_exchange_n(&reported, 1, __ATOMIC_SEQ_CST)) {
        wait_for_goroutine(); // another thread has failed first, or the goroutine itself
        last_words();
    }
    struct vf_crash c = {.kind = kind, .detail = detail, .pc = pc};
    memcpy(c.text, message, sizeof c.text);
    if (write(catcher.pipe, &c, sizeof c) == (ssize_t)sizeof c) {
        wait_for_goroutine();
    }
    last_words();
}

// program_counter returns where a signal arrived. After the call of a null pointer, that is
// where the call returns to.
static uintptr_t program_counter(void *context) {
    ucontext_t *u = context;
#if defined(__linux__) && defined(__x86_64__)
    const uintptr_t pc = (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
    return pc ? pc : *(const uintptr_t *)u->uc_mcontext.gregs[REG_RSP];
#elif defined(__linux__) && defined(__aarch64__)
    const uintptr_t pc = (uintptr_t)u->uc_mcontext.pc;
    return pc ? pc : (uintptr_t)u->uc_mcontext.regs[30];
#else
    return (void)u, catcher.go_from; // unknown: Go decides
#endif
}

// is_ours reports whether a signal is the end of a library: one that the kernel sends
// for code other than Go's, or that the process sends to itself.
static bool is_ours(int signal, const siginfo_t *info, uintptr_t pc) {
    if (!is_armed()) {
        return false;
    }
    if (info->si_code <= 0) {
        return info->si_pid == getpid();
    }
    return signal == SIGABRT || pc < catcher.go_from || pc >= catcher.go_to;
}

static void on_signal(int number, siginfo_t *info, void *context) {
    if (getpid() != owner) { // a child that a library has forked; it is not a Go program
        signal(number, SIG_DFL);
        raise(number);
        return; // it is blocked until then
    }
    const uintptr_t pc = program_counter(context);
    if (is_ours(number, info, pc)) {
        hand_over(vf_signal, number, info->si_code > 0 ? pc : 0);
    }
    for (int i = 0; i < n_caught; i++) {
        if (caught[i] == number && replaced[i].sa_flags & SA_SIGINFO) {
            replaced[i].sa_sigaction(number, info, context);
        }
    }
}

static void on_exit_of_library(void) {
    if (is_armed()) {
        hand_over(vf_exit, 0, 0);
    }
}

static void on_ggml_abort(const char *text) {
    strncpy(message, text, sizeof message - 1);
}

// on_terminate notes the type of a C++ exception that nobody handles.
static void on_terminate(void) {
    if (!is_armed()) {
        abort();
    }
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
    owner = getpid();
    if (!installed) {
        installed = true;
        install();
    }
    __atomic_store_n(&armed, 1, __ATOMIC_SEQ_CST);
}

void vf_release(void) { __atomic_store_n(&armed, 0, __ATOMIC_SEQ_CST); }
