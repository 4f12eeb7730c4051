"""Convert CTranslate2's Whisper weights to whisper.cpp's ggml format.

    ggml.py FOLDER DEMO.bin OUT.bin

FOLDER holds model.bin and vocabulary.json as faster-whisper reads them. The mel
filters, which are the same in all models with 80 bands, come from the demo model.
"""
import json
import pathlib
import struct
import sys

import numpy as np

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def variables(data):
    """Return the arrays of a CTranslate2 file (version 6), by name."""
    at = 0

    def number(form):
        nonlocal at
        value = struct.unpack_from("<" + form, data, at)[0]
        at += struct.calcsize(form)
        return value

    def text():
        nonlocal at
        length = number("H")
        value = data[at:at + length].rstrip(b"\0").decode()
        at += length
        return value

    number("I"), text(), number("I")  # version, kind, revision
    arrays = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind, size = TYPES[number("B")], number("I")
        arrays[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape)
        at += size
    for _ in range(number("I")):
        alias = text()
        arrays[alias] = arrays[text()]
    return arrays


def tensors(v):
    """Yield each tensor's name in whisper.cpp and its array."""
    yield "encoder.positional_embedding", v["encoder/position_encodings/encodings"]
    for conv in "conv1", "conv2":
        yield f"encoder.{conv}.weight", v[f"encoder/{conv}/weight"]
        yield f"encoder.{conv}.bias", v[f"encoder/{conv}/bias"].reshape(-1, 1)
    yield "decoder.positional_embedding", v["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", v["decoder/embeddings/weight"]
    for side, last in ("encoder", "ln_post"), ("decoder", "ln"):
        layer = 0
        while f"{side}/layer_{layer}/ffn/linear_0/weight" in v:
            yield from block(v, f"{side}.blocks.{layer}", f"{side}/layer_{layer}", side == "decoder")
            layer += 1
        yield from norm(v, f"{side}.{last}", f"{side}/layer_norm")


def norm(v, to, source):
    yield to + ".weight", v[source + "/gamma"]
    yield to + ".bias", v[source + "/beta"]


def linear(v, to, source, parts=("",)):
    """Yield a linear layer, or several that CTranslate2 stores as one; a key has no bias."""
    weights, biases = (np.split(v[f"{source}/{kind}"], len(parts)) for kind in ("weight", "bias"))
    for part, weight, bias in zip(parts, weights, biases):
        yield f"{to}{part}.weight", weight
        if part != ".key":
            yield f"{to}{part}.bias", bias


def block(v, to, source, cross):
    yield from linear(v, to + ".attn", source + "/self_attention/linear_0", (".query", ".key", ".value"))
    yield from linear(v, to + ".attn.out", source + "/self_attention/linear_1")
    yield from norm(v, to + ".attn_ln", source + "/self_attention/layer_norm")
    if cross:
        yield from linear(v, to + ".cross_attn.query", source + "/attention/linear_0")
        yield from linear(v, to + ".cross_attn", source + "/attention/linear_1", (".key", ".value"))
        yield from linear(v, to + ".cross_attn.out", source + "/attention/linear_2")
        yield from norm(v, to + ".cross_attn_ln", source + "/attention/layer_norm")
    yield from linear(v, to + ".mlp.0", source + "/ffn/linear_0")
    yield from linear(v, to + ".mlp.2", source + "/ffn/linear_1")
    yield from norm(v, to + ".mlp_ln", source + "/ffn/layer_norm")


def words(path):
    """Return the vocabulary without special tokens, each as its bytes: GPT-2 represents bytes that
    are not printable characters by characters from U+0100 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    byte = {chr(b): b for b in plain}
    byte.update((chr(256 + i), b) for i, b in enumerate(b for b in range(256) if b not in plain))
    tokens = json.loads(path.read_text(encoding="utf-8"))
    return [bytes(byte[c] for c in token) for token in tokens[:tokens.index("<|endoftext|>")]]


def main(folder, demo, out):
    folder = pathlib.Path(folder)
    named = list(tensors(variables((folder / "model.bin").read_bytes())))
    shape = {name: array.shape for name, array in named}
    layers = {side: sum(name.startswith(side) and name.endswith(".mlp.0.weight") for name in shape) for side in ("encoder", "decoder")}
    width = shape["encoder.positional_embedding"][1]
    head = pathlib.Path(demo).read_bytes()
    bands, bins = struct.unpack_from("<2i", head, 48)
    with open(out, "wb") as f:
        f.write(struct.pack("<12i", 0x67676d6c, shape["decoder.token_embedding.weight"][0], shape["encoder.positional_embedding"][0],
                            width, width // 64, layers["encoder"], shape["decoder.positional_embedding"][0],
                            width, width // 64, layers["decoder"], bands, 1))
        f.write(head[48:56 + 4 * bands * bins])
        vocabulary = words(folder / "vocabulary.json")
        f.write(struct.pack("<i", len(vocabulary)) + b"".join(struct.pack("<I", len(w)) + w for w in vocabulary))
        for name, array in named:
            single = array.ndim < 2 or name.endswith(("bias", "positional_embedding"))
            array = np.ascontiguousarray(array, np.float32 if single else np.float16)
            f.write(struct.pack("<3i", array.ndim, len(name), 0 if single else 1) + struct.pack(f"<{array.ndim}i", *reversed(array.shape)))
            f.write(name.encode() + array.tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
