// A ggml backend that multiplies matrices with OpenBLAS. See accelerate_linux.go.
#ifndef VOICEFLOW_ACCELERATE_H
#define VOICEFLOW_ACCELERATE_H

#include <ggml.h>
#include <ggml-backend.h>

// Loads OpenBLAS from the file and registers the backend with ggml, for the rest of
// the process. Returns NULL, or an error message that the caller must free.
char *vf_accelerate(const char *path);
bool vf_accelerated(void);

// Loads OpenBLAS from the file and checks that it computes correctly. Returns NULL
// or an error message, as above.
char *vf_load_openblas(const char *path);

// OpenBLAS's own description, such as "OpenBLAS 0.3.34 DYNAMIC_ARCH ...", and the
// name of the kernels it chose for this processor, such as "Cooperlake".
const char *vf_openblas_config(void);
const char *vf_openblas_kernels(void);

// Scratch memory and threads of one decoding state.
struct vf_workspace {
    int threads;
    float *floats;
    size_t size;
};

// Computes C = A B^T with cblas_sgemm, row-major; lda, ldb and ldc are row lengths.
void vf_sgemm(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, float *c, int64_t ldc);

// The operations of the backend. The supports_ functions report whether it supports
// an operation, whose tensors must be in host memory. The others return false if they
// run out of memory.
bool vf_supports_multiply(const struct ggml_tensor *dst);
bool vf_supports_softmax(const struct ggml_tensor *dst);
bool vf_multiply(struct vf_workspace *w, struct ggml_tensor *dst);
bool vf_softmax(struct vf_workspace *w, struct ggml_tensor *dst);

// Attention is the product K Q, its softmax, and the product of that with V. It is
// computed in one pass that does not store the first two. vf_is_attention reports
// whether three operations are attention.
bool vf_is_attention(const struct ggml_tensor *kq, const struct ggml_tensor *softmax, const struct ggml_tensor *out);
bool vf_attention(struct vf_workspace *w, struct ggml_tensor *kq, struct ggml_tensor *softmax, struct ggml_tensor *out);

#endif
