// The calls of libwhisper and ggml that need C: callbacks, and structs passed
// by value. See shim.c.
#ifndef VOICEFLOW_WHISPER_SHIM_H
#define VOICEFLOW_WHISPER_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <ggml-backend.h>
#include <whisper.h>

// Sends the log of whisper and ggml to goLog with the handle; 0 silences both.
void vf_log_to(uintptr_t handle);

// Keeps the memory of recognisers that are gone from staying with the process:
// glibc would, after the first, take their buffers from heaps that grow full of
// holes. A process that refreshed its recognisers grew to twice the size.
void vf_return_memory(void);

// Asks a backend's file how well its build suits this processor: 0 where it
// does not tell, -1 where it cannot run here or cannot be loaded at all.
int vf_backend_score(const char *path);

struct whisper_context *vf_open(const char *path, bool gpu, int gpu_index, bool flash_attention);

// Decodes with params completed by an abort callback that watches *cancelled, and
// calls goSegments with the handle for new segments; not where that is 0.
int vf_decode(struct whisper_context *ctx, struct whisper_state *state, const struct whisper_full_params *params,
              const int32_t *cancelled, uintptr_t segments, const float *samples, int n);

// Writes what the model thinks of the window that was decoded last before any of
// its text: the probability that nobody speaks, and that of each of n languages,
// by the library's numbers. Returns whether it could.
bool vf_hear(struct whisper_context *ctx, struct whisper_state *state, int threads, float *no_speech, float *languages, int n);

// Sets the length of the encoder's window for a language to be found in, which
// the library has no call for: an empty stretch of audio is "decoded".
void vf_set_window(struct whisper_context *ctx, struct whisper_state *state, int audio_ctx);

#endif
