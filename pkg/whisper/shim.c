#include "shim.h"
#include "_cgo_export.h"

#include <dlfcn.h>
#include <math.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// The flag of the call under way on this thread.
static _Thread_local const int32_t *cancelled_call;

static bool is_cancelled(void *flag) {
    return __atomic_load_n((const int32_t *)flag, __ATOMIC_RELAXED) != 0;
}

static void log_line(enum ggml_log_level level, const char *text, void *handle) {
    if (cancelled_call && is_cancelled((void *)cancelled_call)) {
        level = GGML_LOG_LEVEL_DEBUG; // it reports as a failure what was asked of it
    }
    goLog((int)level, (char *)text, (uintptr_t)handle);
}

static void log_nothing(enum ggml_log_level level, const char *text, void *handle) {
    (void)level, (void)text, (void)handle;
}

void vf_log_to(uintptr_t handle) {
    ggml_log_callback callback = handle ? log_line : log_nothing;
    whisper_log_set(callback, (void *)handle);
    ggml_log_set(callback, (void *)handle);
}

void vf_return_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 256 * 1024); // once set, it no longer adapts
#endif
}

int vf_backend_score(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        return -1;
    }
    int (*score)(void) = (int (*)(void))dlsym(library, "ggml_backend_score");
    int result = score ? score() : 0;
    dlclose(library);
    return score && result == 0 ? -1 : result;
}

static void new_segments(struct whisper_context *ctx, struct whisper_state *state, int n, void *handle) {
    goSegments(ctx, state, n, (uintptr_t)handle);
}

int vf_decode(struct whisper_context *ctx, struct whisper_state *state, const struct whisper_full_params *params,
              const int32_t *cancelled, uintptr_t segments, const float *samples, int n) {
    struct whisper_full_params p = *params;
    p.abort_callback = is_cancelled;
    p.abort_callback_user_data = (void *)cancelled;
    // The Go binding's defaults use global maps of callbacks.
    p.new_segment_callback = segments ? new_segments : NULL;
    p.new_segment_callback_user_data = (void *)segments;
    p.progress_callback = NULL;
    p.encoder_begin_callback = NULL;
    cancelled_call = cancelled;
    const int code = whisper_full_with_state(ctx, state, p, samples, n);
    cancelled_call = NULL;
    return code;
}

bool vf_hear(struct whisper_context *ctx, struct whisper_state *state, int threads, float *no_speech, float *languages, int n) {
    // The library computes its own probability of silence after the task token,
    // where it is always 0; openai/whisper computes it after the first token.
    const whisper_token start = whisper_token_sot(ctx);
    if (whisper_decode_with_state(ctx, state, &start, 1, 0, threads) != 0) {
        return false;
    }
    const float *logits = whisper_get_logits_from_state(state);
    const int vocabulary = whisper_model_n_vocab(ctx);
    float highest = logits[0];
    for (int i = 1; i < vocabulary; i++) {
        highest = fmaxf(highest, logits[i]);
    }
    double all = 0, spoken = 0;
    for (int i = 0; i < vocabulary; i++) {
        all += exp(logits[i] - highest);
    }
    *no_speech = (float)(exp(logits[whisper_token_nosp(ctx)] - highest) / all);
    for (int i = 0; i < n; i++) {
        languages[i] = expf(logits[whisper_token_lang(ctx, i)] - highest);
        spoken += languages[i];
    }
    for (int i = 0; i < n; i++) {
        languages[i] = spoken > 0 ? (float)(languages[i] / spoken) : 0;
    }
    return true;
}

void vf_set_window(struct whisper_context *ctx, struct whisper_state *state, int audio_ctx) {
    struct whisper_full_params p = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
    p.audio_ctx = audio_ctx;
    p.duration_ms = 100; // shorter audio is rejected, longer audio is decoded
    p.print_progress = false;
    (void)whisper_full_with_state(ctx, state, p, NULL, 0);
}
