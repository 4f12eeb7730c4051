"""Run faster-whisper on files: faster.py FOLDER BEAM plain|vad|batched FILE... Prints one JSON line per file."""
import json
import sys
import time

from faster_whisper import BatchedInferencePipeline, WhisperModel

folder, beam, mode = sys.argv[1:4]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2)
more = {"vad_filter": mode == "vad"}
if mode == "batched":
    model, more = BatchedInferencePipeline(model), {"batch_size": 8}
for file in sys.argv[4:]:
    began = time.monotonic()
    segments, _ = model.transcribe(file, language="en", beam_size=int(beam), **more)
    text = " ".join(s.text.strip() for s in segments)
    print(json.dumps({"file": file, "text": text, "seconds": time.monotonic() - began}))
