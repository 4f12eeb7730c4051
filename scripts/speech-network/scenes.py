"""Scenes to learn from: people who speak, from the first sample on or not, in noise, music and rooms; and sounds alone."""
import numpy as np

import sounds
from clips import FRAME
from network import HOP, RATE

LENGTH = 8 * RATE


def level(x):
    return np.sqrt((x ** 2).mean() + 1e-12)


def loudness(x):
    """The level of the louder fifth."""
    frames = len(x) // FRAME
    if frames < 2:
        return level(x)
    return np.sqrt(np.percentile((x[:frames * FRAME].reshape(frames, FRAME) ** 2).mean(1), 80)) + 1e-6


def decibels(x):
    return 10 ** (x / 20)


def coloured(rng, x):
    """Through a microphone, a telephone, a wall."""
    spectrum, hz = np.fft.rfft(x), np.fft.rfftfreq(len(x), 1 / RATE)
    gain = np.interp(np.log(np.maximum(hz, 30)), np.log([30, 120, 300, 800, 2000, 4000, 8000]), rng.normal(0, 4, 7))
    kind = rng.random()
    if kind < .15:
        gain -= 60 * ((hz < 300) | (hz > 3400))
    elif kind < .25:
        gain -= 40 * (hz > rng.uniform(2500, 7000))
    elif kind < .35:
        gain -= 30 * (hz < rng.uniform(80, 350))
    return np.fft.irfft(spectrum * decibels(gain), len(x))


def in_room(rng, x):
    n = int(rng.uniform(.08, .7) * RATE)
    echo = rng.standard_normal(n) * 10 ** (-3 * np.arange(n) / n) * rng.uniform(.01, .12)
    echo[:RATE // 333] = 0
    echo[0] = 1
    size = 1 << (len(x) + n - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(echo, size), size)[:len(x)]


def begun(rng, samples, speech, first):
    """A clip from somewhere on: from 0 to 200 ms before the speech, or within it; the first of a stream is often cut
    as closely as a key that is pressed too late cuts it."""
    kind = rng.random()
    if kind > (.8 if first else .35) or not speech.any():
        return samples, speech
    if first and kind < .55:
        at = max(0, np.flatnonzero(speech)[0] + rng.integers(-5, 4))
    elif rng.random() < .7:
        at = max(0, np.flatnonzero(speech)[0] - rng.integers(0, 21))
    else:
        at = rng.integers(max(1, len(speech) // 2))
    return samples[at * FRAME:], speech[at:]


def faster(rng, samples, speech):
    """The clip played faster or slower, and higher or lower with that."""
    if rng.random() > .3 or len(speech) < 2:
        return samples, speech
    samples = np.interp(np.arange(0, len(samples) - 1, rng.uniform(.85, 1.18)), np.arange(len(samples)), samples)
    frames = len(samples) // FRAME
    return samples, speech[np.minimum(np.arange(frames) * len(speech) // max(frames, 1), len(speech) - 1)]


def whispered(rng, samples):
    """The clip without a voice in it: noise with the formants of the speech, and less of the low ones."""
    size, step = 512, 128
    window = np.hanning(size)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (size, 2 * size)), size)[::step]
    spectrum = np.abs(np.fft.rfft(frames * window))
    smooth = np.hanning(15) / np.hanning(15).sum()
    formants = np.apply_along_axis(np.convolve, 1, spectrum, smooth, "same")
    tilt = np.minimum(1, np.fft.rfftfreq(size, 1 / RATE) / rng.uniform(500, 2000))
    noise = rng.standard_normal(formants.shape) + 1j * rng.standard_normal(formants.shape)
    out = np.zeros(len(frames) * step + size)
    for i, frame in enumerate(np.fft.irfft(formants * tilt * noise) * window):
        out[i * step:i * step + size] += frame
    return out[size:size + len(samples)]


def talk(clips, rng):
    """People one after another, with pauses; the level of what they say is 1."""
    out, speech = np.zeros(LENGTH), np.zeros(LENGTH // FRAME, bool)
    at = int(rng.exponential(.6) * RATE) // FRAME * FRAME if rng.random() < .5 else 0
    while at < LENGTH:
        samples, said = clips.speech(rng)
        samples, said = faster(rng, *begun(rng, samples.astype(float), said, at == 0))
        if rng.random() < .04:
            samples = whispered(rng, samples)
        samples = samples[:LENGTH - at]
        said = said[:len(samples) // FRAME]
        out[at:at + len(samples)] += samples / loudness(samples) * rng.uniform(.2, 1.3)
        speech[at // FRAME:at // FRAME + len(said)] |= said
        pause = rng.exponential(.25 if rng.random() < .5 else 1.5)
        at = (at + len(samples) + int(pause * RATE)) // FRAME * FRAME
        if rng.random() < .15:
            break
    if rng.random() < .35:
        out = in_room(rng, out)
    if rng.random() < .5:
        out = coloured(rng, out)
    if speech.any():
        out /= np.sqrt((out.reshape(-1, FRAME)[speech] ** 2).mean() + 1e-9)
    return out, speech


def babble(clips, rng):
    """Half a dozen people and more at once: nobody can follow one of them."""
    out = np.zeros(LENGTH)
    for _ in range(rng.integers(6, 11)):
        at = -int(rng.uniform(0, 2) * RATE)
        while at < LENGTH:
            samples, _ = clips.speech(rng)
            samples = samples / loudness(samples.astype(float))
            part = samples[max(0, -at):LENGTH - at]
            out[max(at, 0):max(at, 0) + len(part)] += part
            at += len(samples) + RATE // 5
    return out


def recorded(clips, rng):
    """Recorded sounds one after another, and the frames that may have a voice in them."""
    out, unsure, at = np.zeros(LENGTH), np.zeros(LENGTH // FRAME, bool), 0
    while at < LENGTH:
        samples, voice = clips.other(rng)
        start = 0
        if len(samples) >= LENGTH and rng.random() > .3:
            start = rng.integers(len(samples) - LENGTH // 2) // FRAME
        part = samples[start * FRAME:][:LENGTH - at].astype(float)
        out[at:at + len(part)] += part / (np.abs(part).max() + 1) * rng.uniform(.3, 1)
        doubt = voice[start:start + len(part) // FRAME]
        unsure[at // FRAME:at // FRAME + len(doubt)] |= doubt
        at = (at + len(part) + int(rng.exponential(.4) * RATE)) // FRAME * FRAME
    return out, unsure


def nobody(clips, rng):
    """A sound in which nobody speaks, and the frames where that is not sure."""
    kind, sure = rng.random(), np.zeros(LENGTH // FRAME, bool)
    if kind < .1:
        return sounds.steady_sound(rng, LENGTH), sure
    if kind < .38:
        return sounds.any_sound(rng, LENGTH), sure
    if kind < .62 and clips.music:
        piece = clips.music[rng.integers(len(clips.music))]
        at = rng.integers(max(1, len(piece) - LENGTH))
        part = piece[at:at + LENGTH].astype(float)
        return np.pad(part, (0, LENGTH - len(part))), sure
    return recorded(clips, rng)


def beside(clips, rng, out, speech):
    """What else is heard where people talk: nothing, a noise, babble, music behind them, or sounds between them."""
    unsure, kind = np.zeros(len(speech), bool), rng.random()
    if kind < .38:
        return out, unsure
    if kind < .62:
        noise = sounds.steady_sound(rng, LENGTH)
        return out + noise / level(noise) * decibels(rng.uniform(-35, 2)), unsure
    if kind < .72:
        noise = babble(clips, rng)
        return out + noise / level(noise) * decibels(rng.uniform(-30, -4)), unsure
    sound, doubt = nobody(clips, rng)
    if kind < .86:
        return out + sound / loudness(sound) * decibels(rng.uniform(-30, -2)), doubt
    near = np.repeat(np.convolve(speech, np.ones(9), "same") > 0, FRAME)
    gain = np.where(near, decibels(rng.uniform(-40, -8)), 1) * decibels(rng.uniform(-15, 6))
    return out + sound / loudness(sound) * gain, doubt


def sounds_alone(clips, rng):
    out, unsure = nobody(clips, rng)
    if rng.random() < .3:
        other, doubt = nobody(clips, rng)
        out, unsure = out / loudness(out) + other / loudness(other) * rng.uniform(.1, 1), unsure | doubt
    if rng.random() < .3:
        out = coloured(rng, out)
    if rng.random() < .2:
        out = in_room(rng, out)
    return out, unsure


def recording(rng, out):
    """As a recording has it: at a level, clipped, with a noise of its own, in 8 bits of the telephone, in 16."""
    out = out / (np.abs(out).max() + 1e-9) * decibels(-(rng.uniform(0, 25) if rng.random() < .75 else rng.uniform(25, 50)))
    if rng.random() < .08:
        out = np.clip(out * rng.uniform(1.5, 6), -1, 1) * rng.uniform(.3, 1)
    if rng.random() < .4:
        noise = sounds.noise(rng, LENGTH, rng.choice([0, .5, 1]))
        out = out + noise / level(noise) * decibels(-rng.uniform(50, 85))
    if rng.random() < .1:
        companded = np.round(np.log1p(255 * np.abs(out)) / np.log(256) * 127) / 127
        out = np.sign(out) * (256 ** companded - 1) / 255
    return np.round(np.clip(out, -1, 1) * 32767) / 32768


def scene(clips, rng):
    """Samples, and of each hop whether somebody speaks and whether that is not sure."""
    if rng.random() < .66:
        out, speech = talk(clips, rng)
        out, unsure = beside(clips, rng, out, speech)
    else:
        out, unsure = sounds_alone(clips, rng)
        speech = np.zeros(LENGTH // FRAME, bool)
    out = recording(rng, out)
    faint = np.sqrt((out.reshape(-1, FRAME) ** 2).mean(1)) < 1.2 / 32768  # lost in the rounding
    unsure = unsure | speech & faint
    frames = HOP // FRAME
    return out.astype(np.float32), speech.reshape(-1, frames).mean(1) >= .5, unsure.reshape(-1, frames).any(1)
