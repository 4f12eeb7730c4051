// Runs before the constructors of all shared libraries, preloaded ones included, so
// that none of them ever sees the caller's standard output or a hostile setting.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

// The caller's standard output. It is far from the numbers that a library might guess
// or close, if the limit on open files allows that.
static int output = 1;
enum { far_away = 200 };

int vf_output(void) { return output; }

static bool is_closed(int fd) { return fcntl(fd, F_GETFD) == -1 && errno == EBADF; }

// open returns the lowest free descriptor, so each call fills the one just checked.
static void occupy_closed_streams(void) {
    if (is_closed(0)) open("/dev/null", O_WRONLY);
    if (is_closed(1)) open("/dev/null", O_RDONLY);
    if (is_closed(2)) open("/dev/null", O_RDWR);
}

// drop removes a variable. No entry may move: the Go runtime looks for what the kernel
// says about the machine right behind the last one. Go ignores empty entries and does not
// pass them on to other programs.
static void drop(char **variable) {
    static char none[sizeof(long)] = ""; // C libraries may read more than one byte at once
    *variable = none;
}

// take_passed_output takes what the program has passed to itself; see Restart in Go. It
// drops the variable, so that no other program gets it.
static void take_passed_output(char **environment) {
    static const char name[] = "VOICEFLOW_STDOUT=";
    for (char **v = environment; *v; v++) {
        if (strncmp(*v, name, sizeof name - 1)) {
            continue;
        }
        const int fd = atoi(*v + sizeof name - 1);
        if (output == 1 && fd > 2 && fcntl(fd, F_SETFD, FD_CLOEXEC) != -1) {
            output = fd;
        }
        drop(v);
    }
}

static void take_output(void) {
    if (output != 1) {
        return;
    }
    occupy_closed_streams();
    int fd = fcntl(1, F_DUPFD_CLOEXEC, far_away);
    if (fd == -1) {
        fd = fcntl(1, F_DUPFD_CLOEXEC, 3);
    }
    if (fd != -1 && dup2(2, 1) == 1) {
        output = fd;
    }
}

// is_number reports whether text is a number from 1 to a limit.
static bool is_number(const char *text, long limit) {
    long n = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && n <= limit; c++) {
        n = 10 * n + (*c - '0');
    }
    return *c == 0 && n >= 1 && n <= limit;
}

static const char *value_of(const char *variable, const char *name) {
    const size_t n = strlen(name);
    return strncmp(variable, name, n) == 0 && variable[n] == '=' ? variable + n + 1 : NULL;
}

// is_hostile reports whether a variable may make an OpenMP library end the program, by
// asking for more threads or memory than there are. The programs choose their own
// threads; the remaining variables set how many, and how long they spin.
static bool is_hostile(const char *variable) {
    const char *value;
    if (strncmp(variable, "OMP_", 4) && strncmp(variable, "GOMP_", 5) && strncmp(variable, "KMP_", 4)) {
        return false;
    }
    if ((value = value_of(variable, "OMP_NUM_THREADS"))) {
        return !is_number(value, 512);
    }
    if ((value = value_of(variable, "GOMP_SPINCOUNT"))) {
        return !is_number(value, 1000000000) && strcmp(value, "0");
    }
    if ((value = value_of(variable, "OMP_WAIT_POLICY"))) {
        return strcasecmp(value, "active") && strcasecmp(value, "passive");
    }
    return true;
}

static void drop_hostile_settings(char **environment) {
    for (char **v = environment; *v; v++) {
        if (is_hostile(*v)) {
            drop(v);
        }
    }
}

static void before(int argc, char **argv, char **environment) {
    (void)argc, (void)argv;
    take_passed_output(environment);
    take_output();
    drop_hostile_settings(environment);
}

#ifdef __ELF__
__attribute__((section(".preinit_array"), used)) static void (*const before_all)(int, char **, char **) = before;
#endif

// Not all systems run the former. The order of constructors is theirs then.
__attribute__((constructor)) static void before_main(void) { take_output(); }
