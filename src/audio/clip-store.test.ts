import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { orThrow } from "../core/issues.ts";
import { speechLike } from "../testing/speech-like.ts";
import { openClipStore, sha256, unknownClip } from "./clip-store.ts";
import type { Clip } from "./manifest.ts";
import { formatManifest } from "./manifest.ts";
import { toInt16 } from "./pcm.ts";
import { encodeWav } from "./wav.ts";

const sound = encodeWav(toInt16(speechLike({ sampleRateHz: 8_000, lengthMs: 500, spans: [[100, 400]] })), 1, 8_000);
const clip = (id: string, changes: Partial<Clip> = {}): Clip => ({
  id,
  file: `caller/en/${id}.wav`,
  role: "caller",
  text: id,
  language: "en",
  voice: "",
  sampleRateHz: 8_000,
  channels: 1,
  durationMs: 500,
  segments: [{ startMs: 100, endMs: 400 }],
  words: [],
  wordTimes: "estimated",
  markers: [],
  labels: [],
  sha256: sha256(sound),
  licence: "MIT",
  recipe: "recorded",
  ...changes,
});

async function root(t: TestContext, clips: readonly Clip[], files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-clips-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), bytes);
  }
  await writeFile(join(folder, "manifest.json"), formatManifest({ version: 1, clips }));
  return folder;
}

test("earlier roots win, and only the last one must have a manifest", async (t) => {
  const mine = await root(t, [clip("yes", { text: "mine" })], {});
  const packaged = await root(t, [clip("yes", { text: "packaged" }), clip("no")], {});
  const store = orThrow(await openClipStore(["/nowhere/at-all", mine, packaged]));
  assert.deepEqual(
    store.clips.map(({ id, text }) => `${id}: ${text}`),
    ["yes: mine", "no: no"],
  );
  const missing = await openClipStore([mine, "/nowhere/at-all"]);
  assert.ok(!missing.ok && missing.issues[0]?.message.includes("does not exist"));
});

test("a clip is read once, checked, and encoded once per format", async (t) => {
  const store = orThrow(await openClipStore([await root(t, [clip("yes")], { "caller/en/yes.wav": sound })]));
  assert.equal(await store.load("yes"), await store.load("yes"));
  const wire = orThrow(await store.wire("yes", "pcmu"));
  assert.equal(wire.length, 500 * 8);
  assert.equal(orThrow(await store.wire("yes", "pcmu")), wire);
  assert.equal(orThrow(await store.wire("yes", "pcm24k")).length, 500 * 48);
});

test("an id nobody knows, a missing file and a changed one are faults that say what to do", async (t) => {
  const clips = [clip("yes"), clip("changed"), clip("gone")];
  const store = orThrow(await openClipStore([await root(t, clips, { "caller/en/yes.wav": sound, "caller/en/changed.wav": sound.subarray(0, 400) })]));
  for (const [id, expected] of [
    ["yess", /did you mean "yes"/],
    ["changed", /SHA-256/],
    ["gone", /does not exist; it is clip "gone"/],
  ] as const) {
    const result = await store.wire(id, "pcm24k");
    assert.ok(!result.ok);
    assert.match(result.issues[0]?.message ?? "", expected);
  }
  assert.doesNotMatch(unknownClip(store, "something-else", "x").message, /did you mean/);
});

test("verify finds every disagreement between manifest and files", async (t) => {
  const clips = [
    clip("right"),
    clip("wrong-facts", { sampleRateHz: 16_000, channels: 2, durationMs: 600 }),
    clip("wrong-edges", { segments: [{ startMs: 90, endMs: 410 }] }),
    clip("too-long", { durationMs: 900, segments: [{ startMs: 100, endMs: 800 }] }),
    clip("gone"),
  ];
  const files = Object.fromEntries(["right", "wrong-facts", "wrong-edges", "too-long", "stranger"].map((id) => [`caller/en/${id}.wav`, sound]));
  const issues = await orThrow(await openClipStore([await root(t, clips, files)])).verify();
  const found = issues.map((issue) => issue.path ?? issue.message);
  assert.deepEqual(found, [
    "wrong-facts.sampleRateHz",
    "wrong-facts.channels",
    "wrong-facts.durationMs",
    "wrong-edges.segments[0].startMs",
    "wrong-edges.segments[0].endMs",
    "too-long.durationMs",
    "too-long.segments[0]",
    'does not exist; it is clip "gone"',
    "no entry of the manifest names this file",
  ]);
});
