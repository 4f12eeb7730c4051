"""The speech detection network, as pkg/vad computes it: a spectrum every 20 ms and a stack of causal convolutions."""
import numpy as np
import torch
from torch import nn
from torch.nn.functional import pad

RATE = 16000
HOP, WINDOW = 320, 512  # samples; the window of hop i begins at sample i * HOP - OVERHANG
OVERHANG = (WINDOW - HOP) // 2
BANDS, LOWEST, HIGHEST = 48, 60, 7800  # of the mel scale, Hz
WIDTH = 96
STEPS = [1, 2, 4, 8, 16, 32, 1, 2, 4, 8, 16]  # hops between the taps of each layer
LOOK_AHEAD = 3  # hops heard after a hop before the network decides about it


def filters():
    """Returns triangular filters with a sum of 1, at least one coefficient wide on each side."""
    apart = RATE / WINDOW
    low, high = (1127 * np.log(1 + hz / 700) for hz in (LOWEST, HIGHEST))
    edges = 700 * (np.exp(np.linspace(low, high, BANDS + 2) / 1127) - 1)
    hz = np.arange(WINDOW // 2 + 1) * apart
    all_filters = np.zeros((BANDS, len(hz)), np.float32)
    for band in range(BANDS):
        low, middle, high = edges[band:band + 3]
        low, high = min(low, middle - apart), max(high, middle + apart)
        triangle = np.maximum(0, np.minimum((hz - low) / (middle - low), (high - hz) / (high - middle)))
        all_filters[band] = triangle / triangle.sum()
    return all_filters


class Spectrum(nn.Module):
    """Samples [batch, n] -> spectra [batch, n / HOP, BANDS]: 0 for silence, 5 for full scale."""

    def __init__(self):
        super().__init__()
        shape = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
        self.register_buffer("shape", torch.tensor(shape / np.sqrt((shape ** 2).sum())))
        self.register_buffer("filters", torch.tensor(filters()))

    def forward(self, samples):
        windows = pad(samples, (OVERHANG, OVERHANG)).unfold(1, WINDOW, HOP) * self.shape
        return torch.log10(torch.fft.rfft(windows).abs().square() @ self.filters.T + 1e-10) / 2 + 5


class Layer(nn.Module):
    """Convolves each channel with its own past, then mixes all channels; normalised over the batch in training."""

    def __init__(self, step):
        super().__init__()
        self.step = step
        self.each = nn.Parameter(torch.randn(3, WIDTH) * .5)
        self.all = nn.Linear(WIDTH, WIDTH, bias=False)
        self.gain = nn.Parameter(torch.ones(WIDTH) * .5)
        self.bias = nn.Parameter(torch.zeros(WIDTH))
        self.register_buffer("mean", torch.zeros(WIDTH))
        self.register_buffer("variance", torch.ones(WIDTH))

    def forward(self, x):
        hops, past = x.shape[1], pad(x, (0, 0, 2 * self.step, 0))
        mixed = past[:, :hops] * self.each[0] + past[:, self.step:self.step + hops] * self.each[1] + x * self.each[2]
        y = self.all(mixed)
        mean, variance = self.mean, self.variance
        if self.training:
            mean, variance = y.mean((0, 1)), y.var((0, 1), unbiased=False)
            with torch.no_grad():
                self.mean.lerp_(mean.detach(), .02)
                self.variance.lerp_(variance.detach(), .02)
        return x + torch.relu((y - mean) * (torch.rsqrt(variance + 1e-5) * self.gain) + self.bias)


class Network(nn.Module):
    """Spectra [batch, hops, BANDS] -> logits [batch, hops], each for the hop LOOK_AHEAD hops earlier."""

    def __init__(self):
        super().__init__()
        self.input = nn.Linear(3 * BANDS, WIDTH)
        self.tower = nn.ModuleList(Layer(step) for step in STEPS)
        self.output = nn.Linear(WIDTH, 1)

    def forward(self, spectra):
        hops = spectra.shape[1]
        before = pad(spectra, (0, 0, 2, 0))
        x = torch.relu(self.input(torch.cat([before[:, :hops], before[:, 1:1 + hops], spectra], 2)))
        for layer in self.tower:
            x = layer(x)
        return self.output(x)[..., 0]
