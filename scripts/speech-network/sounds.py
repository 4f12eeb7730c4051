"""Synthetic sounds without speech: each function takes a random generator and a number of samples at 16 kHz."""
import numpy as np

from network import RATE

TAU = 2 * np.pi


def seconds(n):
    return np.arange(n) / RATE


def logarithmic(rng, low, high, size=None):
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def wandering(rng, n, hz):
    """Returns a curve between 0 and 1 that changes direction hz times per second."""
    knots = max(int(n / RATE * hz) + 3, 3)
    return np.interp(np.linspace(0, knots - 1, n), np.arange(knots), rng.uniform(0, 1, knots))


def noise(rng, n, slope=None):
    """Returns white, pink or brown noise, or something in between."""
    slope = rng.choice([0, 0, .5, 1, 1, 1.5, 2]) if slope is None else slope
    hz = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20.)
    return np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * hz ** (-slope / 2), n)


def shaped_noise(rng, n):
    """Returns noise with a random spectrum, such as that of fans, water or traffic."""
    hz, knots = np.fft.rfftfreq(n, 1 / RATE), rng.integers(3, 9)
    corners = np.log(np.sort(logarithmic(rng, 50, 8000, knots)))
    gain = np.interp(np.log(np.maximum(hz, 20)), corners, rng.uniform(-35, 0, knots))
    return np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * 10 ** (gain / 20), n)


def hum(rng, n):
    base, out = rng.choice([50, 60, 100, 120, rng.uniform(40, 400)]), np.zeros(n)
    for harmonic in range(1, rng.integers(2, 20)):
        gain = rng.uniform(0, 1) / harmonic ** rng.uniform(.3, 1.5)
        out += gain * np.sin(TAU * base * harmonic * seconds(n) + rng.uniform(0, 6))
    return out + noise(rng, n) * rng.uniform(0, .3)


def envelope(rng, n):
    attack, decay = rng.uniform(.002, .05), rng.uniform(.02, 1)
    rise = np.minimum(seconds(n) / attack, 1)
    if rng.random() < .5:
        return rise * np.exp(-np.maximum(seconds(n) - attack, 0) / decay)
    return rise * np.minimum((n / RATE - seconds(n)) / .01, 1)


def wave(rng, phase):
    kind = rng.integers(0, 5)
    if kind == 0:
        return np.sin(phase)
    if kind == 1:
        return np.sign(np.sin(phase))
    if kind == 2:
        return (phase / np.pi) % 2 - 1
    if kind == 3:
        return np.sin(phase + rng.uniform(.5, 6) * np.sin(phase * rng.choice([.5, 1, 2, 3, 1.41, 3.7])))
    return sum(np.sin(phase * h + rng.uniform(0, 6)) * rng.uniform(0, 1) / h for h in range(1, 8))


def tone(rng, n):
    """Returns a tone: steady, sliding, with vibrato, in steps, or wandering."""
    base, kind = logarithmic(rng, 80, 5000), rng.integers(0, 6)
    if kind < 2:
        hz = np.full(n, base)
    elif kind == 2:
        hz = np.linspace(base, logarithmic(rng, 80, 5000), n)
    elif kind == 3:
        hz = base * (1 + rng.uniform(.005, .08) * np.sin(TAU * rng.uniform(3, 9) * seconds(n)))
    elif kind == 4:
        hz = base * 2 ** (np.round(wandering(rng, n, rng.uniform(3, 15)) * 12) / 12)
    else:
        hz = base * 2 ** (wandering(rng, n, rng.uniform(.5, 8)) * rng.uniform(.2, 2))
    return wave(rng, TAU * np.cumsum(hz) / RATE) * envelope(rng, n)


def repeated(rng, n, one, lengths, pauses):
    """Returns a sequence of sounds: equal or different ones, at regular or random intervals, with or without
    silence at the start."""
    out, at = np.zeros(n), int(rng.uniform(0, .5) * RATE) if rng.random() < .6 else 0
    same, period, sound = rng.random() < .5, rng.uniform(*pauses) if rng.random() < .5 else None, None
    while at < n:
        if sound is None or not same:
            sound = one(rng, max(int(rng.uniform(*lengths) * RATE), 32))
        part = sound[:n - at]
        out[at:at + len(part)] += part * rng.uniform(.5, 1)
        at += int((period or rng.uniform(*pauses)) * RATE) + (len(sound) if rng.random() < .8 else 40)
    return out


def beeps(rng, n):
    return repeated(rng, n, tone, (.03, 1.2), (.03, 1.5))


def telephone(rng, n):
    def one(rng, m):
        low = rng.choice([697, 770, 852, 941, 350, 440, 480, 620])
        high = rng.choice([1209, 1336, 1477, 440, 480, 620, 425])
        return np.sin(TAU * low * seconds(m)) + np.sin(TAU * high * seconds(m))
    return repeated(rng, n, one, (.05, 2), (.04, 2))


def hit(rng, n):
    out = np.zeros(n)
    for _ in range(rng.integers(1, 12)):
        ring = np.sin(TAU * logarithmic(rng, 80, 7000) * seconds(n) + rng.uniform(0, 6))
        out += rng.uniform(.1, 1) * ring * np.exp(-seconds(n) / rng.uniform(.004, .4))
    return out + noise(rng, n) * np.exp(-seconds(n) / rng.uniform(.002, .05)) * rng.uniform(0, 3)


def hits(rng, n):
    return repeated(rng, n, hit, (.05, .8), (.02, 1.2))


def typing(rng, n):
    def one(rng, m):
        return shaped_noise(rng, m) * np.exp(-seconds(m) / rng.uniform(.002, .012))
    return repeated(rng, n, one, (.02, .06), (.05, .35))


def bursts(rng, n):
    return repeated(rng, n, lambda rng, m: shaped_noise(rng, m) * envelope(rng, m), (.03, 1.5), (.05, 1.5))


def applause(rng, n):
    length, out = 600, np.zeros(n)
    claps = [shaped_noise(rng, length) * np.exp(-seconds(length) / .006) for _ in range(6)]
    for at in rng.integers(0, max(n - length, 1), int(n / RATE * rng.uniform(20, 300))):
        out[at:at + length] += claps[rng.integers(0, 6)][:n - at] * rng.uniform(.2, 1)
    return out


def engine(rng, n):
    hz = rng.uniform(15, 140) * 2 ** (wandering(rng, n, rng.uniform(.2, 2)) * rng.uniform(0, 1.5))
    phase = TAU * np.cumsum(hz) / RATE
    harmonics = range(1, rng.integers(6, 40))
    out = sum(np.sin(phase * h + rng.uniform(0, 6)) * rng.uniform(0, 1) / h ** .6 for h in harmonics)
    return out + shaped_noise(rng, n) * (1 + np.sin(phase) * rng.uniform(0, 1)) * rng.uniform(.1, 3)


def wind(rng, n):
    return shaped_noise(rng, n) * wandering(rng, n, rng.uniform(.3, 6)) ** 2


def siren(rng, n):
    swing = np.abs((seconds(n) * rng.uniform(.2, 5)) % 2 - 1)
    return wave(rng, TAU * np.cumsum(rng.uniform(300, 1200) * 2 ** (swing * rng.uniform(.2, 1.5))) / RATE)


def birds(rng, n):
    def one(rng, m):
        swing = np.sin(TAU * rng.uniform(5, 40) * seconds(m) + rng.uniform(0, 6)) * rng.uniform(.05, .5)
        return np.sin(TAU * np.cumsum(rng.uniform(1500, 6000) * 2 ** swing) / RATE) * np.hanning(m)
    return repeated(rng, n, one, (.04, .4), (.02, 1))


STEADY = [noise, shaped_noise, hum, engine, wind, noise, shaped_noise]
ALL = [noise, shaped_noise, hum, tone, beeps, beeps, telephone, hits, hits, typing, bursts, applause, engine, wind,
       siren, birds]


def steady_sound(rng, n):
    return STEADY[rng.integers(0, len(STEADY))](rng, n)


def any_sound(rng, n):
    return ALL[rng.integers(0, len(ALL))](rng, n)
