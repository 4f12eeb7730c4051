#!/usr/bin/env python3
"""Trains the speech detection network: train.py OUT.pt SOUNDS HEARD.jsonl MINUTES [FROM.pt]

SOUNDS is the folder filled by scripts/real-sound.sh, HEARD the output of bench/detection -spans for it. One process
makes scenes while the other trains on them; each scene is used about twice.
"""
import sys
import time

import numpy as np
import torch
import torch.multiprocessing as mp
from torch.nn.functional import binary_cross_entropy_with_logits

from clips import Clips
from network import LOOK_AHEAD, Network, Spectrum
from scenes import scene

BATCH, POOL = 32, 3000


def make_scenes(seed, clips, queue):
    torch.set_num_threads(1)
    rng, spectrum = np.random.default_rng(seed), Spectrum()
    while True:
        samples, speech, unsure = zip(*(scene(clips, rng) for _ in range(8)))
        with torch.no_grad():
            spectra = spectrum(torch.tensor(np.stack(samples)))
        queue.put((spectra.numpy(), np.stack(speech), np.stack(unsure)))


class Scenes:
    """The latest scenes, from which batches are drawn."""

    def __init__(self, clips, seed):
        self.queue, self.pool, self.made, self.rng = mp.Queue(20), [], 0, np.random.default_rng(seed)
        mp.Process(target=make_scenes, args=(seed, clips, self.queue), daemon=True).start()
        while len(self.pool) < 6 * BATCH:
            self.take()

    def take(self):
        for parts in zip(*self.queue.get()):
            parts = [torch.tensor(part) for part in parts]
            if len(self.pool) < POOL:
                self.pool.append(parts)
            else:
                self.pool[self.rng.integers(POOL)] = parts
            self.made += 1

    def batch(self):
        while not self.queue.empty():
            self.take()
        drawn = [self.pool[i] for i in self.rng.integers(len(self.pool), size=BATCH)]
        return [torch.stack(parts) for parts in zip(*drawn)]


def weights(speech, unsure):
    """Weighs missed speech more than false alarms, the edges of speech less, and unsure frames not at all."""
    weight, edge = 1 + .25 * speech, speech[:, 1:] != speech[:, :-1]
    weight[:, 1:][edge] *= .4
    weight[:, :-1][edge] *= .4
    weight[unsure] = 0
    return weight


def main(out, sounds, heard, minutes, start=None):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    clips = Clips(sounds, heard)
    print({p: len(c) for p, c in clips.people.items()}, {p: len(c) for p, c in clips.others.items()},
          len(clips.synthetic), "synthetic voices,", len(clips.music), "pieces of music", flush=True)
    scenes = Scenes(clips, int(time.time()) % 1000)
    network = Network()
    if start:
        network.load_state_dict(torch.load(start))
    moving_average = torch.optim.swa_utils.get_ema_multi_avg_fn(.997)
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=moving_average, use_buffers=True)
    compiled, optimiser = torch.compile(network), torch.optim.AdamW(network.parameters(), weight_decay=.02)
    best, began, step, mean = 8e-4 if start else 2.5e-3, time.time(), 0, None
    while (done := (time.time() - began) / 60 / float(minutes)) < 1:
        optimiser.param_groups[0]["lr"] = best * min(1, (step + 1) / 100) * (1 - done) + 2e-5
        spectra, speech, unsure = scenes.batch()
        logits = compiled(spectra)[:, LOOK_AHEAD:]
        speech, unsure = speech[:, :-LOOK_AHEAD], unsure[:, :-LOOK_AHEAD]
        weight = weights(speech, unsure)
        losses = binary_cross_entropy_with_logits(logits, speech.float(), reduction="none")
        loss = (losses * weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.)
        optimiser.step()
        average.update_parameters(network)
        step += 1
        wrong = (((logits.detach() > 0) != speech) * weight).sum() / weight.sum()
        now = torch.stack([loss.detach(), wrong * 100])
        mean = now if mean is None else mean * .97 + now * .03
        if step % 100 == 0:
            print(f"{step} steps, {scenes.made} scenes, {done * float(minutes):.0f} min: "
                  f"loss {mean[0]:.3f}, {mean[1]:.1f} % wrong", flush=True)
            torch.save(average.module.state_dict(), out)
    torch.save(average.module.state_dict(), out)


if __name__ == "__main__":
    main(*sys.argv[1:])
