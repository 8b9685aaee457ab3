// How well the target's recogniser knows the shipped caller clips: clean, through G.711 and in white noise, each cut out of
// silence at another place, and what a turn costs in processor time. A recording that it was not taught must stay unknown.

import { openClipStore } from "../src/audio/clip-store.ts";
import { formats, type AudioFormat } from "../src/audio/format.ts";
import { bytesToInt16, int16ToBytes } from "../src/audio/pcm.ts";
import { orThrow } from "../src/core/issues.ts";
import { packagePath } from "../src/core/package-files.ts";
import { stream } from "../src/core/random.ts";
import { createRecogniser } from "../src/target/recogniser.ts";
import { knownClips } from "../src/target/known-clips.ts";

const SEEDS = 20;
const SNR_DB = 20;
const PREFIX_MS = 300;
const SILENCE_MS = 500;

const store = orThrow(await openClipStore([packagePath("fixtures")]));
const known = orThrow(await knownClips(store));
const recogniser = createRecogniser(known);
const callers = store.clips.filter(({ role }) => role === "caller");

/** The clip as VAD would cut it out: some silence before it, to a sample anywhere, and some after. */
function turnOf(wire: Buffer, format: AudioFormat, seed: number, id: string): Buffer {
  const { bytesPerMs, bytesPerSample, silenceByte } = formats[format];
  const samples = Math.round((stream(seed, "place", id).uniform() * PREFIX_MS * bytesPerMs) / bytesPerSample);
  return Buffer.concat([Buffer.alloc(samples * bytesPerSample, silenceByte), wire, Buffer.alloc(SILENCE_MS * bytesPerMs, silenceByte)]);
}

/** White noise so far below the mean power of the clip's own segments. */
function withNoise(audio: Buffer, speech: Buffer, seed: number, id: string): Buffer {
  const power = bytesToInt16(speech).reduce((sum, sample) => sum + sample * sample, 0) / (speech.length / 2);
  const amplitude = Math.sqrt(power / 10 ** (SNR_DB / 10));
  const random = stream(seed, "noise", id);
  return int16ToBytes(bytesToInt16(audio).map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample + amplitude * random.normal())))));
}

interface Score {
  tried: number;
  right: number;
  wrong: string[];
  cpuMs: number;
  worstPlaceMs: number;
}

async function score(format: AudioFormat, isNoisy: boolean): Promise<Score> {
  const result: Score = { tried: 0, right: 0, wrong: [], cpuMs: 0, worstPlaceMs: 0 };
  for (const { id } of callers) {
    const wire = orThrow(await store.wire(id, format));
    for (let seed = 1; seed <= SEEDS; seed++) {
      const clean = turnOf(wire, format, seed, id);
      const placedMs = (clean.length - wire.length) / formats[format].bytesPerMs - SILENCE_MS;
      const turn = isNoisy ? withNoise(clean, wire, seed, id) : clean;
      const before = process.threadCpuUsage();
      const heard = recogniser.recognise(turn, format);
      const { user, system } = process.threadCpuUsage(before);
      result.cpuMs += (user + system) / 1_000;
      result.tried++;
      if (heard.clip === id) {
        result.right++;
        result.worstPlaceMs = Math.max(result.worstPlaceMs, Math.abs((heard.clipStartMs as number) - placedMs));
      } else result.wrong.push(`${id} as ${heard.clip ?? heard.text}`);
    }
  }
  return result;
}

console.log(`${callers.length} caller clips, ${SEEDS} seeds each\n\ncondition   right            mean CPU ms a turn   worst place ms`);
for (const [name, format, isNoisy] of [
  ["clean", "pcm24k", false],
  ["pcmu", "pcmu", false],
  ["pcma", "pcma", false],
  [`${SNR_DB} dB`, "pcm24k", true],
] as const) {
  await score(format, isNoisy);
  const { tried, right, wrong, cpuMs, worstPlaceMs } = await score(format, isNoisy);
  console.log(
    `${name.padEnd(10)} ${String(right).padStart(4)}/${tried}  ${((100 * right) / tried).toFixed(1).padStart(5)} %        ${(cpuMs / tried).toFixed(2).padStart(6)}        ${worstPlaceMs.toFixed(1).padStart(6)}`,
  );
  for (const miss of new Set(wrong)) console.log(`           missed ${miss} (${wrong.filter((other) => other === miss).length} times)`);
}

let taken = 0;
for (const { id } of callers) {
  const others = createRecogniser(known.filter((clip) => clip.id !== id));
  const heard = others.recognise(turnOf(orThrow(await store.wire(id, "pcm24k")), "pcm24k", 1, id), "pcm24k");
  if (heard.clip === undefined) continue;
  taken++;
  console.log(`unknown    ${id} was taken for ${heard.clip}: "${heard.text}"`);
}
console.log(`unknown    ${taken}/${callers.length} clips that were not taught were taken for another`);
