#!/usr/bin/env python3
"""Plays random music without voices with fluidsynth: music.py FOLDER FILES SEED

Each file has about 7 minutes of music.
"""
import os
import random
import struct
import subprocess
import sys

FONTS = ["/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/TimGM6mb.sf2"]
TICKS = 480  # per beat
SCALES = [[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 4, 7, 9], [0, 3, 5, 6, 7, 10], [0, 2, 3, 5, 7, 9, 10],
          list(range(12)), [0, 1, 4, 5, 7, 8, 11]]
DRUMS = [35, 36, 37, 38, 39, 40, 42, 44, 46, 47, 49, 51, 54, 56, 60, 62, 64, 70, 75]


def length(value):
    """Encodes a number as in MIDI files: seven bits per byte."""
    out = [value & 127]
    while value := value >> 7:
        out.insert(0, value & 127 | 128)
    return bytes(out)


def track(events):
    """Encodes a track of (tick, message) pairs."""
    data, at = b"", 0
    for tick, message in sorted(events, key=lambda e: e[0]):
        data += length(max(0, int(tick) - at)) + message
        at = max(at, int(tick))
    data += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(data)) + data


class Voice:
    """An instrument that plays a melody, chords, a bass line, broken chords or held notes."""

    def __init__(self, rng, channel, root, scale):
        self.rng, self.channel, self.scale = rng, channel, scale
        self.root = root + 12 * rng.randint(-1, 2)
        self.events = [(0, bytes([0xC0 | channel, rng.randint(0, 127)])),
                       (0, bytes([0xB0 | channel, 7, rng.randint(50, 127)])),
                       (0, bytes([0xB0 | channel, 91, rng.randint(0, 100)]))]

    def note(self, degree, beat, beats, loud):
        pitch = self.root + 12 * (degree // len(self.scale)) + self.scale[degree % len(self.scale)]
        pitch = max(12, min(115, pitch))
        self.events.append((beat * TICKS, bytes([0x90 | self.channel, pitch, loud])))
        self.events.append(((beat + beats) * TICKS - 1, bytes([0x80 | self.channel, pitch, 0])))

    def bend(self, beat, beats):
        for k in range(8):
            to = max(0, min(127, 64 + int(self.rng.gauss(0, 14))))
            self.events.append(((beat + beats * k / 8) * TICKS, bytes([0xE0 | self.channel, 0, to])))
        self.events.append(((beat + beats) * TICKS, bytes([0xE0 | self.channel, 0, 64])))

    def play(self, role, beats):
        rng, beat, degree = self.rng, 0.0, self.rng.randint(0, 14)
        while beat < beats:
            if role == "melody":
                step = rng.choice([.25, .25, .5, .5, .5, 1, 1, 1.5, 2])
                if rng.random() > .12:
                    degree = max(-4, min(18, degree + rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3])))
                    self.note(degree, beat, step * rng.uniform(.4, 1.05), rng.randint(50, 127))
                    if rng.random() < .15:
                        self.bend(beat, step)
            elif role == "chords":
                step, base = rng.choice([1, 2, 2, 4]), rng.choice([0, 3, 4, 5, 1])
                for third in (0, 2, 4):
                    self.note(base + third, beat, step * rng.uniform(.5, 1), rng.randint(40, 110))
            elif role == "bass":
                step = rng.choice([.5, .5, 1, 1, 2])
                self.note(rng.choice([0, 0, 3, 4]) - len(self.scale), beat, step * .9, rng.randint(60, 120))
            elif role == "broken":
                step = rng.choice([.25, .25, .125, .5])
                for third in rng.choice([(0, 2, 4), (0, 4, 2), (7, 4, 2)]):
                    self.note(third, beat, step, rng.randint(40, 110))
                    beat += step
            else:
                step = rng.choice([4, 8])
                self.note(0, beat, step, rng.randint(40, 100))
                self.note(4, beat, step, rng.randint(40, 100))
            beat += step
        return track(self.events)


def drums(rng, beats):
    events = []
    for _ in range(rng.randint(2, 5)):
        drum, step = rng.choice(DRUMS), rng.choice([.25, .5, 1, 2])
        beat = rng.uniform(0, 1) if rng.random() < .3 else 0
        while beat < beats:
            if rng.random() < .9:
                events.append((beat * TICKS, bytes([0x99, drum, rng.randint(50, 127)])))
                events.append((beat * TICKS + 60, bytes([0x89, drum, 0])))
            beat += step
    return track(events)


def piece(rng):
    """Returns a MIDI file of 6 to 18 s."""
    tempo = rng.uniform(50, 190)
    beats = int(rng.uniform(6, 18) * tempo / 60) + 1
    root, scale = rng.randint(36, 60), rng.choice(SCALES)
    tracks = [track([(0, b"\xff\x51\x03" + int(60e6 / tempo).to_bytes(3, "big"))])]
    voices = 1 if rng.random() < .3 else rng.randint(2, 6)
    roles = ["melody", "melody", "chords", "broken"] if voices == 1 else ["melody", "chords", "bass", "broken", "held"]
    for channel in range(voices):
        tracks.append(Voice(rng, channel, root, scale).play(rng.choice(roles), beats))
    if rng.random() < (.1 if voices == 1 else .6):
        tracks.append(drums(rng, beats))
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS) + b"".join(tracks)


def main(folder, files, seed):
    os.makedirs(folder, exist_ok=True)
    for number in range(int(files)):
        rng, names = random.Random(int(seed) * 1000 + number), []
        for i in range(30):
            names.append(f"{folder}/{seed}-{number}-{i}.mid")
            with open(names[-1], "wb") as midi:
                midi.write(piece(rng))
        played = f"{folder}/{seed}-{number}.raw.wav"
        gain = str(round(rng.uniform(.4, 1), 2))
        subprocess.run(["fluidsynth", "-q", "-ni", "-F", played, "-r", "32000", "-O", "s16", "-g", gain,
                        FONTS[number % 2], *names], check=True)
        subprocess.run(["sox", "-G", played, "-r", "16000", "-c", "1", f"{folder}/{seed}-{number}.wav"], check=True)
        for name in [*names, played]:
            os.remove(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
