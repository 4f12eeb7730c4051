#!/usr/bin/env python3
"""Writes the files for pkg/vad: export.py IN.pt PKG_VAD

speech.weights holds the weights as little-endian float16, in the order in which pkg/vad reads them.
testdata/sentence-01.probabilities holds the output for a recording, one value per hop, for comparison.
"""
import sys

import numpy as np
import soundfile
import torch

from network import HOP, LOOK_AHEAD, Network, Spectrum


def tensors(network):
    yield from (network.input.weight, network.input.bias)
    for layer in network.tower:
        scale = layer.gain / torch.sqrt(layer.variance + 1e-5)
        yield from (layer.each, layer.all.weight * scale[:, None], layer.bias - layer.mean * scale)
    yield from (network.output.weight, network.output.bias)


def main(source, package):
    network = Network()
    network.load_state_dict(torch.load(source, map_location="cpu"))
    network.eval()
    with torch.no_grad():
        np.concatenate([t.numpy().astype("<f2").ravel() for t in tensors(network)]).tofile(f"{package}/speech.weights")
        samples, _ = soundfile.read(f"{package}/../../testdata/recordings/sentence-01.wav", dtype="float32")
        whole = torch.tensor(samples[:len(samples) // HOP * HOP])[None]
        answers = torch.sigmoid(network(Spectrum()(whole)))[0, LOOK_AHEAD:]
    np.savetxt(f"{package}/testdata/sentence-01.probabilities", answers.numpy(), "%.4f")


if __name__ == "__main__":
    main(*sys.argv[1:])
