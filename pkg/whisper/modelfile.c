// Hands a checked model file to libwhisper: its structure from memory, as it was
// checked, and the weights from the file that is still open. A file that changes in
// the meantime can only change weights.
#include "modelfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// read_weights reads n bytes from the file, or zeros if it fails.
static void read_weights(struct vf_source *s, char *out, size_t n) {
    size_t got = 0;
    while (!s->failed && got < n) {
        const ssize_t some = pread(s->fd, out + got, n - got, s->offset + (int64_t)got);
        if (some > 0) {
            got += (size_t)some;
        } else if (some == 0 || errno != EINTR) {
            s->failed = true;
        }
    }
    memset(out + got, 0, n - got);
}

// check_weights looks for numbers that are not finite in n bytes of weights that have
// just been read: the library sorts by what it computes from them, and NaN has no
// place in an order. It reads whole tensors; half a block would not be checked.
static void check_weights(struct vf_source *s, struct vf_piece p, const char *weights, size_t n) {
    const size_t block = ggml_type_size(p.kind);
    const int64_t start = s->done - p.structure;
    if (!s->failed && !s->undefined && start % (int64_t)block == 0 && n % block == 0) {
        s->undefined = !ggml_validate_row_data(p.kind, weights, n);
    }
}

// read_source is a whisper_model_loader's read.
static size_t read_source(void *context, void *output, size_t size) {
    struct vf_source *s = context;
    char *out = output;
    size_t left = size;
    while (left > 0 && s->piece < s->n) {
        const struct vf_piece p = s->pieces[s->piece];
        const bool in_memory = s->done < p.structure;
        const int64_t rest = (in_memory ? p.structure : p.structure + p.weights) - s->done;
        const size_t some = (uint64_t)rest < left ? (size_t)rest : left;
        if (in_memory) {
            memcpy(out, s->structure + s->memory, some);
            s->memory += (int64_t)some;
        } else {
            read_weights(s, out, some);
            check_weights(s, p, out, some);
        }
        out += some, left -= some, s->done += (int64_t)some, s->offset += (int64_t)some;
        if (s->done == p.structure + p.weights) {
            s->piece++, s->done = 0;
        }
    }
    if (left > 0) {
        memset(out, 0, left);
        s->at_end = true;
    }
    return size - left;
}

static bool at_end(void *context) { return ((struct vf_source *)context)->at_end; }

static void close_nothing(void *context) { (void)context; }

static struct whisper_model_loader loader_of(struct vf_source *s) {
    return (struct whisper_model_loader){.context = s, .read = read_source, .eof = at_end, .close = close_nothing};
}

struct whisper_context *vf_open(struct vf_source *source, bool gpu, int gpu_index, bool flash_attention) {
    struct whisper_context_params params = whisper_context_default_params();
    params.use_gpu = gpu;
    params.gpu_device = gpu_index;
    params.flash_attn = flash_attention;
    struct whisper_model_loader loader = loader_of(source);
    return whisper_init_with_params_no_state(&loader, params);
}

struct whisper_vad_context *vf_open_speech(struct vf_source *source) {
    struct whisper_vad_context_params params = whisper_vad_default_context_params();
    params.n_threads = 1;
    params.use_gpu = false;
    struct whisper_model_loader loader = loader_of(source);
    return whisper_vad_init_with_params(&loader, params);
}
