#!/usr/bin/env python3
"""Makes synthetic speech with espeak-ng and flite: voices.py FOLDER CLIPS SEED

It speaks numbers, which each language of espeak-ng says in its own words, letters, and real and made-up words.
"""
import os
import random
import subprocess
import sys

VARIANTS = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5",
            "croak", "whisper", "klatt", "klatt2"]
FLITE = ["slt", "rms", "awb", "kal16", "kal"]
CONSONANTS = "b c d f g h k l m n p r s t v w z sh ch th tr st br".split()
VOWELS = "a e i o u ee ai oo ou a e o".split()
WORDS = """the of and to in you that it he was for on are with as they be at one have this from or had by hot but some
what there we can out other were all your when up use word how said each she which do their time if will way about many
then them would write like so these her long make thing see him two has look more day could go come did my sound no most
number who over know water than call first people may down side been now find new work part take get place live where
after back little only round man year""".split()


def word(rng):
    syllables = [rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randint(1, 3))]
    return "".join(syllables) + rng.choice(["", "n", "s", "t", "r"])


def text(rng):
    kind = rng.random()
    if kind < .25:
        return str(rng.randint(0, 20))
    if kind < .4:
        return " ".join(str(rng.randint(0, 99999)) for _ in range(rng.randint(1, 4)))
    if kind < .5:
        return rng.choice("abcdefghiklmnoprstuvxz")
    if kind < .8:
        return " ".join(word(rng) for _ in range(rng.randint(1, 12)))
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 14)))


def main(folder, clips, seed):
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(int(seed))
    listed = subprocess.run(["espeak-ng", "--voices"], capture_output=True, text=True, check=True).stdout
    languages = [line.split()[1] for line in listed.splitlines()[1:]]
    for i in range(int(clips)):
        spoken = f"{folder}/{seed}-{i}.raw"
        if rng.random() < .2:
            command = ["flite", "-voice", rng.choice(FLITE), "-t", text(rng), "-o", spoken]
        else:
            voice = rng.choice(languages) + ("+" + rng.choice(VARIANTS) if rng.random() < .75 else "")
            command = ["espeak-ng", "-v", voice, "-s", str(rng.randint(110, 220)), "-p", str(rng.randint(10, 90)),
                       "-w", spoken, text(rng)]
        subprocess.run(command, check=True)
        # Unchecked: a silent clip yields no file.
        subprocess.run(["sox", "-t", "wav", "-G", spoken, "-r", "16000", "-c", "1", f"{folder}/{seed}-{i}.wav"],
                       check=False)
        os.remove(spoken)


if __name__ == "__main__":
    main(*sys.argv[1:])
