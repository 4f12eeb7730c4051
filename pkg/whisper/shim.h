// Calls into libwhisper and ggml that need C, for callbacks or for structs passed by
// value. See shim.c.
#ifndef VOICEFLOW_WHISPER_SHIM_H
#define VOICEFLOW_WHISPER_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <ggml-backend.h>
#include <whisper.h>

// Sends the log of whisper and ggml to goLog with the handle; 0 turns it off.
void vf_log_to(uintptr_t handle);

// Makes glibc return the memory of closed recognisers to the system. After the first
// one, glibc would otherwise allocate their buffers on heaps that become fragmented:
// a process that replaced its recognisers grew to twice the size.
void vf_return_memory(void);

// Returns how well a backend's build suits this processor: 0 if the file does not
// say, -1 if it cannot run here or cannot be loaded.
int vf_backend_score(const char *path);

// Decodes until *cancelled is set. Calls goSegments with the handle for new segments,
// unless the handle is 0.
int vf_decode(struct whisper_context *ctx, struct whisper_state *state, const struct whisper_full_params *params,
              const int32_t *cancelled, uintptr_t segments, const float *samples, int n);

// Computes, for the window decoded last, the probability that nobody speaks, and the
// probability of each of n languages, by the library's numbers. Returns whether it
// succeeded.
bool vf_hear(struct whisper_context *ctx, struct whisper_state *state, int threads, float *no_speech, float *languages, int n);

// Sets the length of the encoder's window for detecting the language. The library has
// no call for that, so this "decodes" empty audio.
void vf_set_window(struct whisper_context *ctx, struct whisper_state *state, int audio_ctx);

#endif
