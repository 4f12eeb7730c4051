// Loads OpenBLAS at run time and checks that it is usable and computes correctly.
#include "accelerate.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct {
    void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
    char *(*config)(void);
    char *(*kernels)(void);
} blas;

void vf_sgemm(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc) {
    enum { row_major = 101, as_it_is = 111, transposed = 112 }; // of cblas.h
    blas.sgemm(row_major, as_it_is, transposed, (int)m, (int)n, (int)k, 1, a, (int)lda, b, (int)ldb, 0, c, (int)ldc);
}

// correct compares a product with plain arithmetic, because older versions of OpenBLAS
// have kernels that compute wrong results on some processors.
static bool correct(int m, int n, int k) {
    float *a = malloc(m * k * sizeof(float)), *b = malloc(n * k * sizeof(float)), *c = malloc(m * n * sizeof(float));
    bool same = a && b && c;
    for (int i = 0; same && i < m * k; i++) {
        a[i] = (float)(i * 37 % 101) / 50 - 1;
    }
    for (int i = 0; same && i < n * k; i++) {
        b[i] = (float)(i * 53 % 103) / 51 - 1;
    }
    if (same) {
        vf_sgemm(m, n, k, a, k, b, k, c, n);
    }
    for (int i = 0; same && i < m * n; i++) {
        double sum = 0;
        for (int j = 0; j < k; j++) {
            sum += (double)a[i / n * k + j] * b[i % n * k + j];
        }
        same = fabs(sum - c[i]) < 1e-3; // false for NaN
    }
    free(a);
    free(b);
    free(c);
    return same;
}

// use looks up OpenBLAS's functions in the library and returns NULL or the reason why
// it cannot be used.
static const char *use(void *library) {
    blas.sgemm = dlsym(library, "cblas_sgemm");
    blas.config = dlsym(library, "openblas_get_config");
    blas.kernels = dlsym(library, "openblas_get_corename");
    void (*threads)(int) = dlsym(library, "openblas_set_num_threads");
    if (!blas.sgemm || !blas.config || !blas.kernels || !threads) {
        return "it is not OpenBLAS";
    }
    if (strstr(blas.config(), "SINGLE_THREADED") && !strstr(blas.config(), "USE_LOCKING")) {
        return "it is single-threaded, and not safe to call from several threads";
    }
    threads(1);
    // There are separate kernels for small products; 67 and 131 leave remainders.
    if (!correct(17, 35, 67) || !correct(131, 259, 67)) {
        return "it computes wrong results on this processor";
    }
    return NULL;
}

char *vf_load_openblas(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        return strdup(dlerror());
    }
    const char *fault = use(library);
    if (fault) {
        dlclose(library);
    }
    return fault ? strdup(fault) : NULL;
}

const char *vf_openblas_config(void) { return blas.config(); }
const char *vf_openblas_kernels(void) { return blas.kernels(); }
