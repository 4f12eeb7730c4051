// The encoder operations that are worth taking over from ggml's CPU backend, built on
// single-threaded products of OpenBLAS.
//
// Work is divided into units of a fixed size, so the result does not depend on the
// number of threads.
#include "accelerate.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
// Loops with comparisons are only vectorised if comparisons need not trap.
#define EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), optimize("no-trapping-math")))
#else
#define EACH_PROCESSOR
#endif

enum {
    // Products with fewer rows are too small to be worth handing over.
    least_rows = 32,
    // Rows of weights per unit: enough for OpenBLAS to be fast, but few enough for a
    // layer of the base model to keep four threads busy.
    rows_per_unit = 128,
    // Queries per unit of attention: their scores against a full window of 1500 keys
    // (576 KB) fit into the second-level cache.
    queries_per_unit = 96,
};

static float *scratch(struct vf_workspace *w, size_t floats) {
    if (w->size < floats) {
        free(w->floats);
        w->size = 0;
        w->floats = aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64);
        if (w->floats) {
            w->size = floats;
        }
    }
    return w->floats;
}

#ifdef __x86_64__
__attribute__((target("avx2,f16c"))) static void widen(const ggml_fp16_t *in, float *out, int64_t n) {
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(in + i))));
    }
    for (; i < n; i++) {
        out[i] = ggml_fp16_to_fp32(in[i]);
    }
}
#endif

static void to_float(enum ggml_type type, const void *in, float *out, int64_t n) {
    if (type == GGML_TYPE_F32) {
        memcpy(out, in, n * sizeof(float));
        return;
    }
#ifdef __x86_64__
    if (type == GGML_TYPE_F16 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) {
        widen(in, out, n);
        return;
    }
#endif
    ggml_get_type_traits(type)->to_float(in, out, n);
}

static bool readable(enum ggml_type type) { return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float; }

// rows reports whether a tensor is a stack of matrices whose rows are contiguous.
static bool rows(const struct ggml_tensor *t) { return t->nb[0] == ggml_type_size(t->type) && t->ne[3] == 1; }

static void *row(const struct ggml_tensor *t, int64_t i, int64_t matrix) {
    return (char *)t->data + i * t->nb[1] + matrix * t->nb[2];
}

static const float *matrix32(const struct ggml_tensor *t, int64_t matrix) { return row(t, 0, matrix); }
static int64_t stride32(const struct ggml_tensor *t) { return t->nb[1] / sizeof(float); }

bool vf_supports_multiply(const struct ggml_tensor *dst) {
    const struct ggml_tensor *a = dst->src[0], *b = dst->src[1];
    return dst->type == GGML_TYPE_F32 && rows(dst) && rows(a) && rows(b) && a->ne[2] == b->ne[2] &&
           readable(a->type) && (b->type == GGML_TYPE_F32 || b->type == GGML_TYPE_F16) &&
           a->ne[0] >= least_rows && a->ne[1] >= least_rows && b->ne[1] >= least_rows;
}

// vf_multiply computes dst[n][m] = sum over k of a[m][k] b[n][k], for each matrix in
// the stack.
bool vf_multiply(struct vf_workspace *w, struct ggml_tensor *dst) {
    const struct ggml_tensor *a = dst->src[0], *b = dst->src[1];
    const int64_t m = a->ne[1], k = a->ne[0], n = b->ne[1], units = (m + rows_per_unit - 1) / rows_per_unit;
    const bool widen_a = a->type != GGML_TYPE_F32, widen_b = b->type != GGML_TYPE_F32;
    float *whole = scratch(w, (widen_b ? n * k : 0) + (size_t)w->threads * rows_per_unit * k);
    if (!whole) {
        return false;
    }
    float *parts = whole + (widen_b ? n * k : 0);
    for (int64_t i = 0; i < a->ne[2]; i++) {
        const float *all = widen_b ? whole : matrix32(b, i);
        const int64_t ldb = widen_b ? k : stride32(b);
#pragma omp parallel num_threads(w->threads)
        {
            if (widen_b) {
#pragma omp for
                for (int64_t r = 0; r < n; r++) {
                    to_float(b->type, row(b, r, i), whole + r * k, k);
                }
            }
            float *part = parts + (size_t)omp_get_thread_num() * rows_per_unit * k;
#pragma omp for schedule(dynamic)
            for (int64_t u = 0; u < units; u++) {
                const int64_t from = u * rows_per_unit, some = m - from < rows_per_unit ? m - from : rows_per_unit;
                for (int64_t r = 0; widen_a && r < some; r++) {
                    to_float(a->type, row(a, from + r, i), part + r * k, k);
                }
                vf_sgemm(n, some, k, all, ldb, widen_a ? part : row(a, from, i), widen_a ? k : stride32(a),
                         (float *)row(dst, 0, i) + from, stride32(dst));
            }
        }
    }
    return true;
}

bool vf_supports_softmax(const struct ggml_tensor *dst) {
    float max_bias;
    memcpy(&max_bias, (const float *)dst->op_params + 1, sizeof max_bias);
    return !dst->src[1] && !dst->src[2] && max_bias == 0 && dst->type == GGML_TYPE_F32 && dst->src[0]->type == GGML_TYPE_F32 &&
           rows(dst) && rows(dst->src[0]) && dst->ne[1] >= least_rows;
}

static float softmax_scale(const struct ggml_tensor *softmax) {
    float scale;
    memcpy(&scale, softmax->op_params, sizeof scale);
    return scale;
}

// softmax turns a row into exp(scale (in[i] - max)) / sum. It uses powers of 2 and
// approximates that of the fraction by a polynomial of degree 5 (relative error below
// 3e-7). in and out may be the same.
EACH_PROCESSOR static void softmax(const float *in, float *out, int64_t n, float scale) {
    const float to_log2 = scale * 1.44269504f;
    float most = -INFINITY;
#pragma omp simd reduction(max : most)
    for (int64_t i = 0; i < n; i++) {
        most = in[i] > most ? in[i] : most;
    }
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) {
        float x = (in[i] - most) * to_log2;
        x = x < -126 ? -126 : x;
        const float whole = floorf(x), f = x - whole;
        const float power = 0.99999994f + f * (0.69315308f + f * (0.24015361f + f * (0.055826318f + f * (0.0089893397f + f * 0.0018775767f))));
        union {
            int32_t bits;
            float value;
        } exponent = {((int32_t)whole + 127) * (1 << 23)};
        out[i] = power * exponent.value;
        sum += out[i];
    }
    const float share = 1 / sum;
#pragma omp simd
    for (int64_t i = 0; i < n; i++) {
        out[i] *= share;
    }
}

bool vf_softmax(struct vf_workspace *w, struct ggml_tensor *dst) {
    const struct ggml_tensor *a = dst->src[0];
    const float scale = softmax_scale(dst);
#pragma omp parallel for num_threads(w->threads) collapse(2)
    for (int64_t i = 0; i < dst->ne[2]; i++) {
        for (int64_t r = 0; r < dst->ne[1]; r++) {
            softmax(row(a, r, i), row(dst, r, i), dst->ne[0], scale);
        }
    }
    return true;
}

bool vf_is_attention(const struct ggml_tensor *kq, const struct ggml_tensor *sm, const struct ggml_tensor *out) {
    return kq->op == GGML_OP_MUL_MAT && sm->op == GGML_OP_SOFT_MAX && out->op == GGML_OP_MUL_MAT && sm->src[0] == kq &&
           out->src[1] == sm && kq->src[1]->type == GGML_TYPE_F32 && vf_supports_multiply(kq) && vf_supports_softmax(sm) &&
           vf_supports_multiply(out);
}

bool vf_attention(struct vf_workspace *w, struct ggml_tensor *kq, struct ggml_tensor *sm, struct ggml_tensor *out) {
    const struct ggml_tensor *K = kq->src[0], *Q = kq->src[1], *V = out->src[0];
    const int64_t d = K->ne[0], keys = K->ne[1], heads = K->ne[2], queries = Q->ne[1], dv = V->ne[1];
    const int64_t units = (queries + queries_per_unit - 1) / queries_per_unit;
    const float scale = softmax_scale(sm);
    float *k32 = scratch(w, heads * keys * (d + dv) + (size_t)w->threads * queries_per_unit * keys);
    if (!k32) {
        return false;
    }
    float *v32 = k32 + heads * keys * d, *all_scores = v32 + heads * keys * dv;
#pragma omp parallel num_threads(w->threads)
    {
#pragma omp for
        for (int64_t h = 0; h < heads; h++) {
            for (int64_t r = 0; r < keys; r++) {
                to_float(K->type, row(K, r, h), k32 + (h * keys + r) * d, d);
            }
            for (int64_t r = 0; r < dv; r++) {
                to_float(V->type, row(V, r, h), v32 + (h * dv + r) * keys, keys);
            }
        }
        float *scores = all_scores + (size_t)omp_get_thread_num() * queries_per_unit * keys;
#pragma omp for schedule(dynamic)
        for (int64_t u = 0; u < heads * units; u++) {
            const int64_t h = u / units, from = u % units * queries_per_unit;
            const int64_t some = queries - from < queries_per_unit ? queries - from : queries_per_unit;
            vf_sgemm(some, keys, d, row(Q, from, h), stride32(Q), k32 + h * keys * d, d, scores, keys);
            for (int64_t r = 0; r < some; r++) {
                softmax(scores + r * keys, scores + r * keys, keys, scale);
            }
            vf_sgemm(some, dv, keys, scores, keys, v32 + h * dv * keys, keys, row(out, from, h), stride32(out));
        }
    }
    return true;
}
