// Transcribes a WAV file on vf-transcribe --listen with OpenAI's own client for JavaScript,
// in each of the ways that the client knows:
//
//   npm install openai
//   vf-transcribe --listen 127.0.0.1:8178
//   node transcribe.mjs talk.wav [http://127.0.0.1:8178/v1]
//
// A token of --token-file goes into OPENAI_API_KEY.
import fs from "node:fs";
import OpenAI from "openai";

const [file, baseURL = "http://127.0.0.1:8178/v1"] = process.argv.slice(2);
if (!file) {
  console.error("usage: node transcribe.mjs FILE [URL]");
  process.exit(2);
}
const client = new OpenAI({ baseURL, apiKey: process.env.OPENAI_API_KEY ?? "none", maxRetries: 0 });
const recording = () => fs.createReadStream(file);

const plain = await client.audio.transcriptions.create({ file: recording(), model: "whisper-1" });
console.log("text:", plain.text);

const verbose = await client.audio.transcriptions.create({
  file: recording(),
  model: "whisper-1",
  response_format: "verbose_json",
  timestamp_granularities: ["word"],
});
for (const { word, start, end } of verbose.words) {
  console.log(`word: ${start.toFixed(2)} to ${end.toFixed(2)} ${word}`);
}

const stream = await client.audio.transcriptions.create({ file: recording(), model: "whisper-1", stream: true });
for await (const event of stream) {
  console.log(`${event.type}: ${event.delta ?? event.text}`);
}

try {
  await client.audio.transcriptions.create({ file: recording(), model: "no-such-model" });
} catch (error) {
  console.log(`error: ${error.status} ${error.code}`);
}
