// A library that ends the process while it decodes, in the way that $FAILURE names, on
// the caller's thread or on $IN_THREAD others at the same time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *how) {
    if (!strcmp(how, "abort")) abort();
    if (!strcmp(how, "exit")) exit(1);
    if (!strcmp(how, "exit with 0")) exit(0);
    if (!strcmp(how, "read")) (void)*(volatile int *)8;
    if (!strcmp(how, "jump")) ((void (*)(void))16)();
    if (!strcmp(how, "null")) {
        void (*volatile nothing)(void) = NULL;
        nothing();
    }
    if (!strcmp(how, "trap")) __builtin_trap();
    if (!strcmp(how, "raise")) raise(SIGFPE);
    if (!strcmp(how, "assertion")) {
        void (*f)(const char *, int, const char *, ...) = dlsym(RTLD_DEFAULT, "ggml_abort");
        f("x.c", 7, "%s", "n > 0");
    }
    if (!strcmp(how, "memory")) ((void (*)(void))dlsym(RTLD_DEFAULT, "_ZSt17__throw_bad_allocv"))();
    if (!strcmp(how, "exception")) {
        ((void (*)(const char *))dlsym(RTLD_DEFAULT, "_ZSt19__throw_logic_errorPKc"))("wrong");
    }
}

static pthread_barrier_t together;

static void *fail_there(void *how) {
    pthread_barrier_wait(&together);
    fail(how);
    return NULL;
}

int whisper_full_with_state(void) {
    char *how = getenv("FAILURE");
    if (!getenv("IN_THREAD")) {
        fail(how);
    }
    const int threads = atoi(getenv("IN_THREAD"));
    pthread_barrier_init(&together, NULL, threads);
    pthread_t thread;
    for (int i = 0; i < threads; i++) {
        pthread_create(&thread, NULL, fail_there, how);
    }
    pthread_join(thread, NULL);
    return 0;
}
