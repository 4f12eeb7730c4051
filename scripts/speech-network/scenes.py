"""Training scenes: speech, with or without silence at the start, in noise, music and rooms; and sounds alone."""
import numpy as np

import sounds
from clips import FRAME
from network import HOP, RATE

LENGTH = 8 * RATE


def level(x):
    return np.sqrt((x ** 2).mean() + 1e-12)


def loudness(x):
    """Returns the level of the 80th percentile of frames."""
    frames = len(x) // FRAME
    if frames < 2:
        return level(x)
    return np.sqrt(np.percentile((x[:frames * FRAME].reshape(frames, FRAME) ** 2).mean(1), 80)) + 1e-6


def decibels(x):
    return 10 ** (x / 20)


def coloured(rng, x):
    """Filters as through a microphone, a telephone or a wall."""
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


def cut_start(rng, samples, speech, first):
    """Cuts the start of a clip: to 0 to 200 ms before the speech, or within it. The first clip of a stream is often
    cut as by a key pressed slightly too late."""
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
    """Plays the clip faster or slower, which also changes its pitch."""
    if rng.random() > .3 or len(speech) < 2:
        return samples, speech
    samples = np.interp(np.arange(0, len(samples) - 1, rng.uniform(.85, 1.18)), np.arange(len(samples)), samples)
    frames = len(samples) // FRAME
    return samples, speech[np.minimum(np.arange(frames) * len(speech) // max(frames, 1), len(speech) - 1)]


def whispered(rng, samples):
    """Turns speech into a whisper: noise with the formants of the speech, with the low frequencies attenuated."""
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
    """Returns people speaking in turn, with pauses; the level of their speech is 1."""
    out, speech = np.zeros(LENGTH), np.zeros(LENGTH // FRAME, bool)
    at = int(rng.exponential(.6) * RATE) // FRAME * FRAME if rng.random() < .5 else 0
    while at < LENGTH:
        samples, voiced = clips.speech(rng)
        samples, voiced = faster(rng, *cut_start(rng, samples.astype(float), voiced, at == 0))
        if rng.random() < .04:
            samples = whispered(rng, samples)
        samples = samples[:LENGTH - at]
        voiced = voiced[:len(samples) // FRAME]
        out[at:at + len(samples)] += samples / loudness(samples) * rng.uniform(.2, 1.3)
        speech[at // FRAME:at // FRAME + len(voiced)] |= voiced
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
    """Returns at least six people talking at the same time, so that none can be followed."""
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
    """Returns a sequence of recorded sounds, and which frames may contain a voice."""
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


def no_speech(clips, rng):
    """Returns a sound without speech, and which frames may contain a voice after all."""
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


def with_background(clips, rng, out, speech):
    """Adds a background to speech: none, noise, babble, music behind it, or sounds between the words."""
    unsure, kind = np.zeros(len(speech), bool), rng.random()
    if kind < .38:
        return out, unsure
    if kind < .62:
        noise = sounds.steady_sound(rng, LENGTH)
        return out + noise / level(noise) * decibels(rng.uniform(-35, 2)), unsure
    if kind < .72:
        noise = babble(clips, rng)
        return out + noise / level(noise) * decibels(rng.uniform(-30, -4)), unsure
    sound, doubt = no_speech(clips, rng)
    if kind < .86:
        return out + sound / loudness(sound) * decibels(rng.uniform(-30, -2)), doubt
    near = np.repeat(np.convolve(speech, np.ones(9), "same") > 0, FRAME)
    gain = np.where(near, decibels(rng.uniform(-40, -8)), 1) * decibels(rng.uniform(-15, 6))
    return out + sound / loudness(sound) * gain, doubt


def sounds_alone(clips, rng):
    out, unsure = no_speech(clips, rng)
    if rng.random() < .3:
        other, doubt = no_speech(clips, rng)
        out, unsure = out / loudness(out) + other / loudness(other) * rng.uniform(.1, 1), unsure | doubt
    if rng.random() < .3:
        out = coloured(rng, out)
    if rng.random() < .2:
        out = in_room(rng, out)
    return out, unsure


def recording(rng, out):
    """Imitates a recording: sets its level, may clip it, add noise or compand it to 8 bits as telephones do, and
    rounds to 16 bits."""
    softer = rng.uniform(0, 25) if rng.random() < .75 else rng.uniform(25, 50)
    out = out / (np.abs(out).max() + 1e-9) * decibels(-softer)
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
    """Returns samples and, for each hop, whether somebody speaks and whether that is unsure."""
    if rng.random() < .66:
        out, speech = talk(clips, rng)
        out, unsure = with_background(clips, rng, out, speech)
    else:
        out, unsure = sounds_alone(clips, rng)
        speech = np.zeros(LENGTH // FRAME, bool)
    out = recording(rng, out)
    faint = np.sqrt((out.reshape(-1, FRAME) ** 2).mean(1)) < 1.2 / 32768  # lost in rounding
    unsure = unsure | speech & faint
    frames = HOP // FRAME
    return out.astype(np.float32), speech.reshape(-1, frames).mean(1) >= .5, unsure.reshape(-1, frames).any(1)
