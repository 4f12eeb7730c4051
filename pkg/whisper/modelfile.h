// Loads a model from memory and an open file. See modelfile.c.
#ifndef VOICEFLOW_WHISPER_MODELFILE_H
#define VOICEFLOW_WHISPER_MODELFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <whisper.h>

// vf_piece is a part of a model file: bytes of its structure, which lie in memory
// after those of the previous piece, and bytes of weights, which are in the file.
struct vf_piece {
    int64_t structure, weights;
    enum ggml_type kind; // of the weights
};

// vf_source is a model file that has been checked.
struct vf_source {
    int fd;
    const char *structure; // of all pieces
    const struct vf_piece *pieces;
    size_t n;

    size_t piece; // the current one
    int64_t done; // bytes of it that have been read
    int64_t memory, offset; // read from structure, and position in the file
    bool at_end; // the library tried to read beyond the end
    bool undefined; // a weight is not a finite number
    bool failed; // the file could not be read, or is shorter than when it was checked
};

struct whisper_context *vf_open(struct vf_source *source, bool gpu, int gpu_index, bool flash_attention);
struct whisper_vad_context *vf_open_speech(struct vf_source *source);

#endif
