"""Make sets of prompts with known words out of Debian's telephone prompts.

    prompts.py SOUNDS TEXT.gz WORK

WORK/single gets every third prompt (wav/, ref/), WORK/long the same strung into one recording of 440 s
with 0.4 s between them, in a fixed random order and without prompts under a second. Lines of the
list in brackets are sounds, not words. Needs ffmpeg.
"""
import gzip
import pathlib
import random
import re
import subprocess
import sys
import wave

RATE, GAP, LIMIT = 16000, 0.4, 440
sounds, text, work = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
for folder in "single", "long":
    for kind in "wav", "ref":
        (work / folder / kind).mkdir(parents=True, exist_ok=True)
found = 0
for line in gzip.open(text, "rt", encoding="utf-8", errors="replace"):
    match = re.match(r"([^;:\s][^:]*):\s*(.+)", line.strip())
    if not match or "[" in match[2] or "(" in match[2]:
        continue
    name = match[1].strip()
    sound = sounds / (name + ".g722")
    if not sound.exists():
        continue
    found += 1
    if found % 3:
        continue
    name = name.replace("/", "_")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "g722", "-i", sound, "-ar", str(RATE), "-ac", "1", work / "single/wav" / (name + ".wav")],
                   check=True, stdin=subprocess.DEVNULL)
    (work / "single/ref" / (name + ".txt")).write_text(match[2] + "\n")

names = sorted(p.stem for p in (work / "single/ref").glob("*.txt"))
random.Random(3).shuffle(names)
spoken, seconds = [], 0.0
with wave.open(str(work / "long/wav/long.wav"), "wb") as out:
    out.setnchannels(1), out.setsampwidth(2), out.setframerate(RATE)
    for name in names:
        with wave.open(str(work / "single/wav" / (name + ".wav"))) as w:
            samples = w.readframes(w.getnframes())
        if len(samples) < 2 * RATE:  # a second of 16 bits
            continue
        out.writeframes(samples + b"\0\0" * int(GAP * RATE))
        seconds += len(samples) / 2 / RATE + GAP
        spoken.append((work / "single/ref" / (name + ".txt")).read_text().strip())
        if seconds > LIMIT:
            break
(work / "long/ref/long.txt").write_text(" ".join(spoken) + "\n")
print(f"{len(names)} prompts; {len(spoken)} of them strung together: {seconds:.0f} s")
