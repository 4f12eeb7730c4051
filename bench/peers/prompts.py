"""Make sets of prompts with known words from Debian's telephone prompts.

    prompts.py SHARE VOICES

SHARE is usr/share of the unpacked packages. VOICES gets one folder per set, with wav/NAME.wav and
ref/NAME.txt: english and spanish contain every prompt, single every third English one,
single-spanish every fourth Spanish one, and strung-GAP all English ones in one recording of at most
30 minutes, GAP seconds apart. long is 440 s of the prompts of single, 0.4 s apart. Joined recordings
omit prompts under a second; the order is random but fixed, and places.json next to them has the
second at which each prompt begins and its words. Lines in brackets in the lists are sounds, not
words. Needs ffmpeg.
"""
import gzip
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import wave

RATE = 16000
share, voices = map(pathlib.Path, sys.argv[1:])


def folders(name):
    made = [voices / name / kind for kind in ("wav", "ref")]
    for folder in made:
        folder.mkdir(parents=True, exist_ok=True)
    return made


def prompts(language, sounds, name):
    """Make the set of all prompts in a language and return their names in the order of its list."""
    wav, ref = folders(name)
    names = []
    text = share / f"doc/asterisk-core-sounds-{language}/core-sounds-{language}.txt.gz"
    for line in gzip.open(text, "rt", encoding="utf-8", errors="replace"):
        match = re.match(r"([^;:\s][^:]*):\s*(.+)", line.strip())
        if not match or "[" in match[2] or "(" in match[2]:
            continue
        sound = share / "asterisk/sounds" / sounds / (match[1].strip() + ".g722")
        if not sound.exists():
            continue
        prompt = match[1].strip().replace("/", "_")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "g722", "-i", sound, "-ar", str(RATE), "-ac", "1", wav / (prompt + ".wav")],
                       check=True, stdin=subprocess.DEVNULL)
        (ref / (prompt + ".txt")).write_text(match[2] + "\n")
        names.append(prompt)
    return names


def part(whole, names, name):
    """Make a set from some prompts of another."""
    wav, ref = folders(name)
    for prompt in names:
        shutil.copy(voices / whole / "wav" / (prompt + ".wav"), wav)
        shutil.copy(voices / whole / "ref" / (prompt + ".txt"), ref)


def strung(source, gap, limit, name):
    """Join a set's prompts in one recording."""
    wav, ref = folders(name)
    names = sorted(p.stem for p in (voices / source / "ref").glob("*.txt"))
    random.Random(3).shuffle(names)
    places, seconds = [], 0.0
    with wave.open(str(wav / (name + ".wav")), "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(RATE)
        for prompt in names:
            with wave.open(str(voices / source / "wav" / (prompt + ".wav"))) as w:
                samples = w.readframes(w.getnframes())
            if len(samples) < 2 * RATE:  # a second of 16 bits
                continue
            out.writeframes(samples + b"\0\0" * int(gap * RATE))
            places.append({"start": seconds, "text": (voices / source / "ref" / (prompt + ".txt")).read_text().strip()})
            seconds += len(samples) / 2 / RATE + gap
            if seconds > limit:
                break
    (ref / (name + ".txt")).write_text(" ".join(p["text"] for p in places) + "\n")
    (voices / name / "places.json").write_text(json.dumps(places))


english = prompts("en", "en_US_f_Allison", "english")
spanish = prompts("es", "es_MX_f_Allison", "spanish")
part("english", english[2::3], "single")
part("spanish", spanish[3::4], "single-spanish")
strung("single", 0.4, 440, "long")
for gap in 0.2, 0.4, 1, 3:
    strung("english", gap, 1800, f"strung-{gap}")
