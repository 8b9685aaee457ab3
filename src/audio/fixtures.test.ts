// The clips that ship with the package keep what the scenarios and the target count on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { formatIssue, orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { openClipStore } from "./clip-store.ts";
import { audibleLevel, firstAudibleSample } from "./energy.ts";
import type { Clip } from "./manifest.ts";
import { mixToMono } from "./pcm.ts";
import { sampleTimeMs } from "./segments.ts";

const store = orThrow(await openClipStore([packagePath("fixtures")]));
const clipOf = (id: string): Clip => {
  const clip = store.find(id);
  assert.ok(clip, `there is no clip ${id}`);
  return clip;
};
const monoOf = async (id: string): Promise<Float32Array> => mixToMono(orThrow(await store.load(id)));
const isAudible = (sample: number): boolean => Math.abs(sample) >= audibleLevel;

test("every file is there, is the one described, and no other file is", async () => {
  assert.deepEqual((await store.verify()).map(formatIssue), []);
});

test("the clips that scenarios and scripts name exist in their roles", () => {
  const callers = `greeting order-status address-change refund two-step spelled-reference date yes no wait-no long-turn cancel-order opening-hours
    phone-number email-address complaint thanks goodbye`;
  const answers = `answer-order-status answer-address-change answer-refund answer-two-step answer-reference answer-date answer-yes answer-no
    answer-anything-else answer-ask-date answer-ask-reference answer-goodbye`;
  for (const id of callers.split(/\s+/)) assert.equal(clipOf(id).role, "caller", id);
  for (const id of answers.split(/\s+/)) assert.equal(clipOf(id).role, "answer", id);
});

test("callers differ in rate, channels, silence and length as promised", () => {
  const rates = store.clips.filter((clip) => clip.role === "caller").map((clip) => clip.sampleRateHz);
  assert.deepEqual(
    [...new Set(rates)].toSorted((a, b) => a - b),
    [8_000, 16_000, 24_000],
  );
  assert.equal(clipOf("phone-number").sampleRateHz, 8_000);
  assert.equal(clipOf("email-address").channels, 2);
  assert.equal(clipOf("complaint").segments[0]?.startMs, 1_000);
  for (const id of ["order-status", "address-change", "refund"]) assert.ok(clipOf(id).durationMs >= 1_500 && clipOf(id).durationMs <= 3_000, id);
  const { durationMs, segments } = clipOf("long-turn");
  assert.ok(durationMs > 14_000 && durationMs < 16_500);
  const pausesMs = segments.slice(1).map((segment, index) => Math.round(segment.startMs - (segments[index]?.endMs as number)));
  assert.deepEqual(pausesMs, [300, 350, 400, 320]);
});

test("segments begin and end with the first and the last audible sample, and callers have 100 ms after it", async () => {
  for (const { id, role, segments, durationMs, sampleRateHz } of store.clips) {
    const samples = await monoOf(id);
    assert.equal(segments[0]?.startMs, sampleTimeMs(samples.findIndex(isAudible), sampleRateHz), id);
    assert.equal(segments.at(-1)?.endMs, sampleTimeMs(samples.findLastIndex(isAudible), sampleRateHz), id);
    if (role === "caller") assert.ok(Math.abs(durationMs - (segments.at(-1)?.endMs as number) - 100) < 0.2, id);
  }
});

test("answers are 24 kHz mono and begin and end with an audible sample, on the wire too", async () => {
  for (const { id, sampleRateHz, channels, durationMs } of store.clips.filter((clip) => clip.role === "answer")) {
    assert.deepEqual([sampleRateHz, channels], [24_000, 1], id);
    assert.ok(durationMs >= 1_200 && durationMs <= 4_000, `${id} lasts ${durationMs} ms`);
    const samples = await monoOf(id);
    assert.ok(isAudible(samples[0] as number) && isAudible(samples.at(-1) as number), id);
    assert.equal(firstAudibleSample(orThrow(await store.wire(id, "pcm24k")), "pcm24k"), 0, id);
  }
});

test("a translation is of a caller's clip, and Spanish and German have the same ones in the same order", () => {
  const sourcesIn = (language: string): unknown[] =>
    store.clips.filter((clip) => clip.role === "translation" && clip.language === language).map(({ of }) => of);
  assert.equal(sourcesIn("es").length, 8);
  assert.deepEqual(sourcesIn("de"), sourcesIn("es"));
  for (const of of sourcesIn("es")) assert.equal(clipOf(of as string).role, "caller");
});

test("words cover the text in order, within the speech", () => {
  for (const { id, text, words, segments, wordTimes } of store.clips) {
    assert.equal(wordTimes, "exact", id);
    assert.equal(words.map((word) => word.text).join(" "), text, id);
    assert.ok((words[0]?.startMs as number) >= (segments[0]?.startMs as number), id);
    assert.ok((words.at(-1)?.endMs as number) <= (segments.at(-1)?.endMs as number) + 0.01, id);
  }
});
