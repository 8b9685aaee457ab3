// How well the target hears: where it puts the onset and the end of speech against the manifest, clean, through G.711 and
// over beds of noise, how often a bed alone starts a turn, and what a frame costs. Telephone prompts that are installed on
// the machine are heard too, against the segments that the measuring side's own detector finds in them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openClipStore } from "../src/audio/clip-store.ts";
import { decodeAudio } from "../src/audio/decode.ts";
import { formats, type AudioFormat } from "../src/audio/format.ts";
import { bytesToInt16, int16ToBytes } from "../src/audio/pcm.ts";
import { findSegments, type SpeechSegment } from "../src/audio/segments.ts";
import { toWire } from "../src/audio/wire.ts";
import { orThrow } from "../src/core/issues.ts";
import { packagePath } from "../src/core/package-files.ts";
import { bedOf, type Bed } from "../src/testing/noise-bed.ts";
import { createVad, type VadEvent } from "../src/target/vad.ts";

const PROMPTS = "/usr/share/asterisk/sounds/en_US_f_Allison";
const BEFORE_MS = 2_370;
const AFTER_MS = 2_000;
const SNR_DB = 20;
const BED_SECONDS = 60;
const FRAME_MS = 20;
const settings = { threshold: 0.5, prefixMs: 0, silenceMs: 500 };

interface Spoken {
  readonly name: string;
  readonly wire: Buffer;
  readonly segments: readonly SpeechSegment[];
}

function hear(audio: Buffer, format: AudioFormat): VadEvent[] {
  const vad = createVad(format);
  const events: VadEvent[] = [];
  const frameBytes = FRAME_MS * formats[format].bytesPerMs;
  for (let at = 0; at < audio.length; at += frameBytes) vad.hear(audio.subarray(at, at + frameBytes), settings, (event) => events.push(event));
  vad.close();
  return events;
}

const silence = (format: AudioFormat, ms: number): Buffer => Buffer.alloc(Math.round(ms * formats[format].bytesPerMs), formats[format].silenceByte);

/** The speech with a bed of noise from long before it to long after, so far below the mean level of the recording. */
function overBed(audio: Buffer, speech: Buffer, bed: Bed): Buffer {
  const power = bytesToInt16(speech).reduce((sum, sample) => sum + sample * sample, 0) / (speech.length / 2);
  const samples = bytesToInt16(audio);
  const noise = bedOf(bed, samples.length, 10 * Math.log10(power) - SNR_DB);
  return int16ToBytes(samples.map((sample, at) => Math.max(-32_768, Math.min(32_767, sample + (noise[at] as number)))));
}

const quieter = (wire: Buffer, db: number): Buffer => Buffer.from(int16ToBytes(bytesToInt16(wire).map((sample) => Math.round(sample * 10 ** (-db / 20)))));

/** How many turns the pauses make of it. */
const turnsOf = (segments: readonly SpeechSegment[]): number =>
  segments.filter(({ startMs }, index) => index === 0 || startMs - (segments[index - 1] as SpeechSegment).endMs >= settings.silenceMs).length;

const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;

function column(errors: readonly number[]): string {
  if (errors.length === 0) return "no speech heard".padStart(30);
  const size = errors.map(Math.abs).toSorted((a, b) => a - b);
  const signed = errors.toSorted((a, b) => a - b);
  return [quantile(signed, 0.5), quantile(size, 0.95), size.at(-1) as number].map((ms) => ms.toFixed(1).padStart(10)).join("");
}

function report(name: string, format: AudioFormat, all: readonly Spoken[], bed?: Bed): void {
  const onset: number[] = [];
  const end: number[] = [];
  const strange: string[] = [];
  let [missed, moreTurns, fewerTurns] = [0, 0, 0];
  for (const { name: id, wire, segments } of all) {
    const quiet = Buffer.concat([silence(format, BEFORE_MS), wire, silence(format, AFTER_MS)]);
    const events = hear(bed ? overBed(quiet, wire, bed) : quiet, format);
    const started = events.find(({ type }) => type === "started");
    const stopped = events.findLast(({ type }) => type === "stopped");
    if (started?.type !== "started" || stopped?.type !== "stopped") {
      missed++;
      strange.push(id);
      continue;
    }
    onset.push(started.startMs - BEFORE_MS - (segments[0] as SpeechSegment).startMs);
    end.push(stopped.speechEndMs - BEFORE_MS - (segments.at(-1) as SpeechSegment).endMs);
    const surplus = events.filter(({ type }) => type === "started").length - turnsOf(segments);
    if (surplus > 0) moreTurns++;
    if (surplus < 0) fewerTurns++;
    if (surplus !== 0) strange.push(`${id} ${surplus > 0 ? "+" : ""}${surplus}`);
  }
  console.log(
    `${name.padEnd(16)}${String(all.length).padStart(5)}${String(missed).padStart(7)}${String(moreTurns).padStart(7)}${String(fewerTurns).padStart(7)}  ${column(onset)}  ${column(end)}`,
  );
  if (strange.length > 0) console.log(`                 ${strange.join(", ")}`);
}

const store = orThrow(await openClipStore([packagePath("fixtures")]));
const spokenIn = (format: AudioFormat): Promise<Spoken[]> =>
  Promise.all(store.clips.map(async ({ id, segments }) => ({ name: id, wire: orThrow(await store.wire(id, format)), segments })));
const linear = await spokenIn("pcm24k");

console.log("                                                          onset error, ms                   end error, ms");
console.log("condition       clips missed  split joined         p50   |p95|   |max|           p50   |p95|   |max|");
report("clean", "pcm24k", linear);
for (const quieterDb of [10, 20, 26])
  report(
    `${quieterDb} dB quieter`,
    "pcm24k",
    linear.map((clip) => ({ ...clip, wire: quieter(clip.wire, quieterDb) })),
  );
report("pcmu", "pcmu", await spokenIn("pcmu"));
report("pcma", "pcma", await spokenIn("pcma"));
for (const bed of ["white", "pink", "hum"] as const) report(`${SNR_DB} dB ${bed}`, "pcm24k", linear, bed);
if (existsSync(PROMPTS)) {
  const prompts: Spoken[] = [];
  for (const file of readdirSync(PROMPTS, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!file.endsWith(".wav")) continue;
    const audio = orThrow(await decodeAudio(readFileSync(join(PROMPTS, file)), file));
    const segments = findSegments(audio.channels[0] as Float32Array, audio.sampleRateHz);
    if (segments.length > 0) prompts.push({ name: file, wire: await toWire(audio, "pcmu"), segments });
  }
  report("prompts pcmu", "pcmu", prompts);
} else console.log(`no telephone prompts in ${PROMPTS}: not heard`);

console.log("\nbed alone       false turns a minute, and seconds taken for speech");
for (const bed of ["white", "pink", "hum"] as const) {
  for (const dbfs of [-60, -48, -40, -30]) {
    const audio = int16ToBytes(bedOf(bed, BED_SECONDS * 24_000, 20 * Math.log10(32_768) + dbfs));
    const events = hear(Buffer.concat([silence("pcm24k", BEFORE_MS), audio]), "pcm24k");
    let speakingMs = 0;
    for (const [index, event] of events.entries()) {
      const next = events[index + 1];
      if (event.type === "started") speakingMs += (next?.type === "stopped" ? next.endMs : BED_SECONDS * 1_000 + BEFORE_MS) - event.startMs;
    }
    const turns = events.filter(({ type }) => type === "started").length / (BED_SECONDS / 60);
    console.log(`${bed.padEnd(6)}${String(dbfs).padStart(4)} dBFS${turns.toFixed(1).padStart(8)}${(speakingMs / 1_000).toFixed(1).padStart(8)} s`);
  }
}

console.log(`\nbed after a clip  clips of ${linear.length} with a turn more`);
for (const bed of ["white", "pink", "hum"] as const) {
  for (const dbfs of [-48, -40]) {
    const noise = int16ToBytes(bedOf(bed, 6 * 24_000, 20 * Math.log10(32_768) + dbfs));
    const more = linear.filter(({ wire }) => hear(Buffer.concat([wire, silence("pcm24k", 600), noise]), "pcm24k").length > 2).length;
    console.log(`${bed.padEnd(6)}${String(dbfs).padStart(4)} dBFS${String(more).padStart(8)}`);
  }
}

console.log("\ncost            us a 20 ms frame");
function cost(name: string, audio: Buffer, format: AudioFormat): void {
  for (let round = 0; round < 2; round++) hear(audio, format);
  const before = process.threadCpuUsage();
  for (let round = 0; round < 5; round++) hear(audio, format);
  const { user, system } = process.threadCpuUsage(before);
  console.log(`${name.padEnd(16)}${((user + system) / (5 * (audio.length / formats[format].bytesPerMs / FRAME_MS))).toFixed(2).padStart(8)}`);
}
const callers = linear.filter(({ name }) => store.find(name)?.role === "caller");
const monologue = Buffer.concat(callers.map(({ wire }) => wire));
const conversation = Buffer.concat(callers.flatMap(({ wire }) => [wire, silence("pcm24k", 2 * (wire.length / 48))]));
cost("speech, pcm", monologue, "pcm24k");
cost("a third speech", conversation, "pcm24k");
cost("silence, pcm", silence("pcm24k", 60_000), "pcm24k");
cost("speech, pcmu", Buffer.concat((await spokenIn("pcmu")).filter(({ name }) => store.find(name)?.role === "caller").map(({ wire }) => wire)), "pcmu");
