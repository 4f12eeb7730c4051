// A library that prints whenever it can.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void say(void) {
    printf("noise by printf\n");
    puts("noise by puts");
    fflush(stdout);
    if (write(1, "noise by write\n", 15) < 0) {
        perror("write");
    }
    printf("noise left in the buffer\n");
}

static void *keep_saying(void *unused) {
    for (;;) {
        say();
        usleep(1000);
    }
    return unused;
}

__attribute__((constructor)) static void begin(void) {
    say();
    atexit(say);
    pthread_t thread;
    pthread_create(&thread, NULL, keep_saying, NULL);
}

__attribute__((destructor)) static void end(void) { say(); }
