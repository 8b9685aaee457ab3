import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { formatIssue, orThrow } from "../core/issues.ts";
import { speechLike } from "../testing/speech-like.ts";
import { addClip } from "./add-clip.ts";
import { openClipStore } from "./clip-store.ts";
import { firstAudibleSample } from "./energy.ts";
import { estimateWords } from "./estimate-words.ts";
import { toInt16 } from "./pcm.ts";
import { encodeWav } from "./wav.ts";

const recording = (lengthMs: number, ...spans: readonly (readonly [number, number])[]): Buffer =>
  encodeWav(toInt16(speechLike({ sampleRateHz: 48_000, lengthMs, spans })), 1, 48_000);

/** An empty working folder with the recording `My Order.wav` in it. */
async function folder(t: TestContext, bytes = recording(1_200, [100, 400], [800, 1_000])): Promise<{ readonly file: string; readonly root: string }> {
  const path = await mkdtemp(join(tmpdir(), "earshot-add-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  await writeFile(join(path, "My Order.wav"), bytes);
  return { file: join(path, "My Order.wav"), root: join(path, "fixtures") };
}

const filesOf = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .toSorted();

test("a recording becomes a clip that the store finds, with its segments, and verifies clean", async (t) => {
  const { file, root } = await folder(t);
  const clip = orThrow(await addClip({ file, root, text: "Where is my order?" }));
  assert.equal(clip.file, "caller/en/my-order.wav");
  assert.deepEqual(clip.segments, [
    { startMs: 100, endMs: 400 },
    { startMs: 800, endMs: 1_000 },
  ]);
  assert.deepEqual([clip.wordTimes, clip.recipe, clip.sampleRateHz], ["estimated", "recorded", 48_000]);
  const store = orThrow(await openClipStore([root]));
  assert.deepEqual(store.find("my-order"), clip);
  assert.deepEqual((await store.verify()).map(formatIssue), []);
  assert.deepEqual(await readFile(join(root, clip.file)), await readFile(file));
});

test("an answer is stored from its first audible sample to its last, so that it is heard at once on the wire", async (t) => {
  const { file, root } = await folder(t);
  const clip = orThrow(await addClip({ file, root, text: "It has shipped.", id: "answer-mine", role: "answer" }));
  assert.deepEqual([clip.file, clip.sampleRateHz, clip.segments[0]?.startMs], ["answers/en/answer-mine.wav", 24_000, 0]);
  const store = orThrow(await openClipStore([root]));
  assert.equal(firstAudibleSample(orThrow(await store.wire("answer-mine", "pcm24k")), "pcm24k"), 0);
  assert.deepEqual((await store.verify()).map(formatIssue), []);
});

test("all faults are told at once and nothing is written", async (t) => {
  const { file, root } = await folder(t, recording(500));
  const result = await addClip({ file, root, text: "...", id: "My Order", language: "english!" });
  assert.ok(!result.ok);
  assert.deepEqual(
    result.issues.map((issue) => issue.path ?? issue.message),
    ["id", "language", "text", "holds no speech: only silence, noise or a steady tone"],
  );
  await assert.rejects(readdir(root), /ENOENT/);
  const unreadable = await addClip({ file: join(root, "gone.wav"), root, text: "Yes." });
  assert.ok(!unreadable.ok && unreadable.issues[0]?.message.startsWith("cannot be read"));
});

test("an id that is taken is refused unless it is to be replaced", async (t) => {
  const { file, root } = await folder(t);
  orThrow(await addClip({ file, root, text: "Where is my order?", id: "yes" }));
  const manifest = await readFile(join(root, "manifest.json"), "utf8");
  const again = await addClip({ file, root, text: "Yes.", id: "yes" });
  assert.ok(!again.ok && /already/.test(again.issues[0]?.message ?? ""));
  assert.equal(await readFile(join(root, "manifest.json"), "utf8"), manifest);
  const moved = orThrow(await addClip({ file, root, text: "Sí.", id: "yes", language: "es", replace: true }));
  assert.equal(moved.file, "caller/es/yes.wav");
  assert.deepEqual(await filesOf(root), ["manifest.json", "yes.wav"]);
});

test("a recording that is in the way and a manifest that is broken are left alone", async (t) => {
  const { file, root } = await folder(t);
  await mkdir(join(root, "caller", "en"), { recursive: true });
  await writeFile(join(root, "caller", "en", "my-order.wav"), "mine");
  const inTheWay = await addClip({ file, root, text: "Yes." });
  assert.ok(!inTheWay.ok && /in the way/.test(inTheWay.issues[0]?.message ?? ""));
  await writeFile(join(root, "manifest.json"), "{");
  const broken = await addClip({ file, root, text: "Yes.", id: "other" });
  assert.ok(!broken.ok && /is not JSON/.test(broken.issues[0]?.message ?? ""));
  assert.deepEqual(await filesOf(root), ["manifest.json", "my-order.wav"]);
  assert.equal(await readFile(join(root, "caller", "en", "my-order.wav"), "utf8"), "mine");
});

test("voiced time is shared out by letters, and no word starts in a pause", () => {
  const segments = [
    { startMs: 100, endMs: 400 },
    { startMs: 800, endMs: 1_000 },
  ];
  assert.deepEqual(estimateWords("Yes, please.", "en", segments), [
    { text: "Yes", startMs: 100, endMs: 266.67 },
    { text: "please", startMs: 266.67, endMs: 1_000 },
  ]);
  assert.deepEqual(estimateWords("abc de", "en", segments), [
    { text: "abc", startMs: 100, endMs: 400 },
    { text: "de", startMs: 800, endMs: 1_000 },
  ]);
});
