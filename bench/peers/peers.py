"""Compare vf-transcribe, whisper-cli and faster-whisper on human voices with the same weights.

    peers.py WORK ROUNDS [SECTION...]

WORK is the folder that scripts/bench-peers.sh filled. Prints the tables of docs/benchmarks.md: the
given SECTIONS (see below), by default utterance, long and single. Each figure is the median of the
rounds; every program runs once in each round, in the same order.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

WORK, ROUNDS = pathlib.Path(sys.argv[1]), int(sys.argv[2])
OURS, CLI = os.environ["VF_TRANSCRIBE"], os.environ["WHISPER_CLI"]
MODEL = WORK / "data/voiceflow/models/ggml-base.bin"
NORMAL = EnglishTextNormalizer()


def measured(command, **more):
    """Run a command and return its output, wall seconds, CPU seconds and peak memory in MB."""
    with open(WORK / "log", "w") as log:
        began = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=log, text=True, **more)
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}: {(WORK / 'log').read_text()[-500:]}")
    return output, time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


def ours(*flags):
    def run(files):
        output, *cost = measured([OURS, "--model", MODEL, "--language", "en", *flags, *files])
        lines = [json.loads(line) for line in output.splitlines()]
        return {pathlib.Path(t["file"]).stem: t["text"] for t in lines}, cost, [t["processing_seconds"] for t in lines]
    return run


def whisper_cli(*flags):
    def run(files):
        place = WORK / "cli"  # it writes next to its input
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for f in files:
            (place / f.name).symlink_to(f)
        _, *cost = measured([CLI, "-m", MODEL, "-t", 2, "-l", "en", "-nt", "-np", "-otxt", *flags, *(place / f.name for f in files)])
        return {f.stem: (place / (f.name + ".txt")).read_text().replace("\n", " ") for f in files}, cost, None
    return run


def faster_whisper(beam, mode):
    def run(files):
        output, *cost = measured([sys.executable, pathlib.Path(__file__).with_name("faster.py"), WORK / "ct2", beam, mode, *files])
        lines = [json.loads(line) for line in output.splitlines()]
        return {pathlib.Path(t["file"]).stem: t["text"] for t in lines}, cost, [t["seconds"] for t in lines]
    return run


PROGRAMS = {
    "vf-transcribe": ours(),
    "vf-transcribe --audio-ctx full": ours("--audio-ctx", "full"),
    "vf-transcribe --blas off --no-quantize": ours("--blas", "off", "--no-quantize"),
    "whisper-cli, greedy": whisper_cli("-bs", 1, "-bo", 1),
    "faster-whisper int8, greedy": faster_whisper(1, "plain"),
    "faster-whisper int8, beam 5": faster_whisper(5, "plain"),
    "faster-whisper int8, greedy, vad_filter": faster_whisper(1, "vad"),
    "faster-whisper int8, greedy, batched (8)": faster_whisper(1, "batched"),
}


def errors(texts, references):
    """Return the word error rate in percent, with Whisper's own normaliser."""
    names = [n for n in sorted(references) if NORMAL(references[n])]
    m = jiwer.process_words([NORMAL(references[n]) for n in names], [NORMAL(texts.get(n, "")) for n in names])
    wrong = m.substitutions + m.deletions + m.insertions
    return 100 * wrong / (m.hits + m.substitutions + m.deletions)


def table(title, folder, programs):
    files = sorted((folder / "wav").resolve().glob("*.wav"))
    references = {p.stem: p.read_text() for p in (folder / "ref").glob("*.txt")}
    results = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name in programs:
            texts, cost, _ = PROGRAMS[name](files)
            results[name].append((*cost, errors(texts, references)))
    print(f"\n{title}\n\n| | wall s | CPU s | memory MB | WER % |\n|---|---|---|---|---|")
    for name, rounds in results.items():
        wall, processor, memory, wrong = (statistics.median(column) for column in zip(*rounds))
        print(f"| {name} | {wall:.1f} | {processor:.1f} | {memory:.0f} | {wrong:.2f} |", flush=True)


def one_utterance(file):
    """Measure seconds to the text with the model loaded: four runs in one process, without the first."""
    copies = [WORK / f"utterance-{i}.wav" for i in range(4)]  # a file given twice is transcribed once
    for c in copies:
        shutil.copy(file, c)
    print("\n11 s of speech, model loaded, two threads\n\n| | s |\n|---|---|")
    for name, run in {
        "vf-transcribe": ours("--jobs", "1", "--threads", "2"),
        "vf-transcribe --audio-ctx full": ours("--jobs", "1", "--threads", "2", "--audio-ctx", "full"),
        "faster-whisper int8, greedy": faster_whisper(1, "plain"),
    }.items():
        seconds = [s for _ in range(ROUNDS) for s in run(copies)[2][1:]]
        print(f"| {name} | {statistics.median(seconds):.2f} |", flush=True)
    totals = []
    for _ in range(ROUNDS):
        measured([CLI, "-m", MODEL, "-t", 2, "-bs", 1, "-bo", 1, "-f", file])
        times = dict(re.findall(r"(\w+) time =\s+([\d.]+) ms", (WORK / "log").read_text()))
        totals.append(sum(float(times.get(k, 0)) for k in ("mel", "sample", "encode", "decode", "batchd", "prompt")) / 1000)
    print(f"| whisper-cli, greedy (as it reports, without loading) | {statistics.median(totals):.2f} |", flush=True)


def strung():
    for gap in "0.2", "0.4", "1", "3":
        table(f"Prompts in one recording of up to 30 minutes, {gap} s between them", WORK / f"voices/strung-{gap}",
              ["vf-transcribe", "vf-transcribe --audio-ctx full", "faster-whisper int8, greedy", "faster-whisper int8, greedy, vad_filter"])


ALONE = [n for n in PROGRAMS if "batched" not in n and "beam" not in n and "vad" not in n]
SECTIONS = {
    "utterance": lambda: one_utterance(WORK / "utterance.wav"),
    "long": lambda: table("One recording of 440 s: 123 prompts, 0.4 s between them", WORK / "voices/long", PROGRAMS),
    "single": lambda: table("180 recordings, 438 s in total, one prompt each", WORK / "voices/single", ALONE),
    "english": lambda: table("All English prompts, one recording each", WORK / "voices/english", ALONE),
    "strung": strung,
}
for section in sys.argv[3:] or ["utterance", "long", "single"]:
    SECTIONS[section]()
