// Does a clip's file keep what its manifest entry promises? Pure: the file's bytes are decoded by the clip store.

import type { Issue } from "../core/issues.ts";
import type { Clip } from "./manifest.ts";
import type { DecodedAudio } from "./pcm.ts";
import { durationMs, mixToMono } from "./pcm.ts";
import { loudnessOf, quietestSpeech } from "./segments.ts";

/** The manifest rounds times to hundredths. */
const ROUNDING_MS = 0.01;
/** Edges lie at the level itself, so that rounding and a constant offset may put them a little below it. */
const TOLERANCE = 0.7;
/** How far inside a segment's edge speech must be heard: a little more than rounding, far less than a frame. */
const EDGE_MS = 2;

export function clipIssues(clip: Clip, audio: DecodedAudio, source: string): Issue[] {
  const issues: Issue[] = [];
  const say = (path: string, message: string): void => void issues.push({ source, path: `${clip.id}.${path}`, message });
  const lengthMs = durationMs(audio);
  if (audio.sampleRateHz !== clip.sampleRateHz) say("sampleRateHz", `is ${clip.sampleRateHz}, but ${clip.file} has ${audio.sampleRateHz}`);
  if (audio.channels.length !== clip.channels) say("channels", `is ${clip.channels}, but ${clip.file} has ${audio.channels.length}`);
  if (Math.abs(lengthMs - clip.durationMs) > ROUNDING_MS) say("durationMs", `is ${clip.durationMs}, but ${clip.file} lasts ${lengthMs.toFixed(2)} ms`);

  const samples = mixToMono(audio);
  const loudness = loudnessOf(samples, audio.sampleRateHz);
  const level = quietestSpeech(loudness) * TOLERANCE;
  const isAudible = (fromMs: number, toMs: number): boolean => {
    const index = (ms: number): number => Math.round((ms * audio.sampleRateHz) / 1_000);
    return samples.subarray(Math.max(0, index(fromMs)), index(toMs) + 1).some((sample) => Math.abs(sample - loudness.centre) >= level);
  };
  clip.segments.forEach(({ startMs, endMs }, index) => {
    if (endMs > lengthMs + ROUNDING_MS) return say(`segments[${index}]`, `ends at ${endMs} ms, after the end of ${clip.file} at ${lengthMs.toFixed(2)} ms`);
    if (!isAudible(startMs, startMs + EDGE_MS)) say(`segments[${index}].startMs`, `nothing is audible at ${startMs} ms of ${clip.file}`);
    if (!isAudible(endMs - EDGE_MS, endMs)) say(`segments[${index}].endMs`, `nothing is audible at ${endMs} ms of ${clip.file}`);
  });
  return issues;
}
