"""The recordings for training, and where in them somebody speaks."""
import glob
import hashlib
import json
import os

import numpy as np
import soundfile

from network import RATE

FRAME = 160  # samples per label: 10 ms

# Debian packages, with the relative frequency of their use. scripts/real-sound.sh makes the files.
PEOPLE = {
    "asterisk-core-sounds-en-g722": 2, "asterisk-core-sounds-es-g722": 2,  # telephone prompts
    "tuxpaint-stamps-default": 2.5, "klettres-data": 2.5, "ktuberling-data": 2,  # volunteers, 30 languages
}
OTHERS = {
    "colobot-common-sounds": 1.5, "tuxpaint-stamps-default": 1.5, "asterisk-moh-opsound-g722": 1.5,
    "sonic-pi-samples": 1, "hydrogen-drumkits": .7, "lmms-common": .7, "oxygen-sounds": 1.2,
    "sound-theme-freedesktop": 1.2, "yaru-theme-sound": .5, "gajim": .5,
    "asterisk-core-sounds-en-g722": .5, "asterisk-core-sounds-es-g722": .5,
}
# Prompts without words, and the only speech among a desktop's sounds.
BEEPS = ("beep", "silence", "ascending", "descending", "tone", "confbridge-join", "confbridge-leave", "ring",
         "dir-welcome.1")
SPOKEN = ("audio-channel-", "audio-test-signal")


def kept_out(path, share=10):
    """Reports whether a file is reserved for testing: one in ten, by its name."""
    return number(path) % share == 0


def number(path):
    return int(hashlib.md5(os.path.basename(path).encode()).hexdigest(), 16)


def is_people(package, name, heard):
    if package.startswith("asterisk-core"):
        return bool(heard) or not any(beep in name for beep in BEEPS)
    if package.startswith("tuxpaint"):
        return "_desc" in name
    return package in PEOPLE


def read(path):
    samples, _ = soundfile.read(path, dtype="int16", always_2d=True)
    return samples[:, 0]


def label(samples, heard=()):
    """Returns for each frame whether it is speech: at most 32 dB softer than the loudest frames and, if another
    detector heard speech (spans of samples), within a third of a second of it. Gaps of up to a quarter of a second
    count as part of a word."""
    x = samples.astype(np.float32) / 32768
    x = np.append(x[:1], x[1:] - .97 * x[:-1])
    frames = len(x) // FRAME
    if frames == 0:
        return np.zeros(0, bool)
    level = 10 * np.log10((x[:frames * FRAME].reshape(frames, FRAME) ** 2).mean(1) + 1e-10)
    if frames > 3:
        level = np.convolve(level, np.ones(3) / 3, "same")
    speech = level > max(np.percentile(level, 95) - 32, -75)
    if len(heard):
        near = np.zeros(frames, bool)
        for start, end in heard:
            near[max(0, start // FRAME - 30):end // FRAME + 20] = True
        speech &= near
    at = np.flatnonzero(speech)
    for a, b in zip(at[:-1], at[1:]):
        if b - a < 25:
            speech[a:b] = True
    return speech


class Clips:
    """All clips, in memory: people as (samples, speech), others as (samples, frames that may contain a voice)."""

    def __init__(self, sounds, heard):
        spans = {}
        for line in open(heard):
            clip = json.loads(line)
            if clip["engine"] == "silero":
                spans[os.path.relpath(clip["name"], sounds)] = clip["spans"]
        self.people, self.others = {}, {}
        for package in sorted(set(PEOPLE) | set(OTHERS)):
            for path in sorted(glob.glob(f"{sounds}/{package}/*.wav")):
                self.add(package, path, spans.get(os.path.relpath(path, sounds), ()))
        self.synthetic = [(x, label(x)) for x in map(read, glob.glob(f"{sounds}/voices/*.wav")) if len(x) > RATE // 20]
        self.music = [read(f) for f in glob.glob(f"{sounds}/music/*.wav")]
        self.people_share, self.others_share = share(self.people, PEOPLE), share(self.others, OTHERS)

    def add(self, package, path, heard):
        name = os.path.basename(path)
        people = is_people(package, name, heard)
        surplus = package.startswith("tuxpaint") and people and number(path) % 10 > 4  # half of these are enough
        if kept_out(path) or surplus or name.startswith(SPOKEN) and package == "sound-theme-freedesktop":
            return
        samples = read(path)
        if len(samples) < RATE // 20:
            return
        if people:
            self.people.setdefault(package, []).append((samples, label(samples, heard)))
            return
        unsure = np.zeros(len(samples) // FRAME + 1, bool)
        without_voices = "colobot-common-sounds", "oxygen-sounds", "sound-theme-freedesktop"
        if package not in without_voices:
            for start, end in heard:
                unsure[start // FRAME:end // FRAME + 1] = True
        self.others.setdefault(package, []).append((samples, unsure))

    def speech(self, rng):
        """Returns a clip of speech; about one in five is synthesised."""
        if self.synthetic and rng.random() < .22:
            return self.synthetic[rng.integers(len(self.synthetic))]
        return choose(self.people, self.people_share, rng)

    def other(self, rng):
        return choose(self.others, self.others_share, rng)


def share(clips, weights):
    parts = np.array([weights[package] for package in clips])
    return parts / parts.sum()


def choose(clips, shares, rng):
    package = list(clips.values())[rng.choice(len(clips), p=shares)]
    return package[rng.integers(len(package))]
