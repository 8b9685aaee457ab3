import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ClipStore } from "../audio/clip-store.ts";
import { openClipStore } from "../audio/clip-store.ts";
import type { AudioFormat } from "../audio/format.ts";
import { formats } from "../audio/format.ts";
import { bytesToInt16, int16ToBytes } from "../audio/pcm.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { stream } from "../core/random.ts";
import { knownClips } from "./known-clips.ts";
import type { KnownClip, Recogniser } from "./recogniser.ts";
import { createRecogniser } from "./recogniser.ts";

let clips: ClipStore;
let known: readonly KnownClip[];
let recogniser: Recogniser;
before(async () => {
  clips = orThrow(await openClipStore([packagePath("fixtures")]));
  known = orThrow(await knownClips(clips));
  recogniser = createRecogniser(known);
});

/** The clip in the middle of silence, as VAD cuts it out. */
async function turn(id: string, format: AudioFormat, silenceMs: number): Promise<Buffer> {
  const { bytesPerMs, silenceByte } = formats[format];
  return Buffer.concat([Buffer.alloc(silenceMs * bytesPerMs, silenceByte), orThrow(await clips.wire(id, format)), Buffer.alloc(500 * bytesPerMs, silenceByte)]);
}

for (const format of ["pcm24k", "pcmu", "pcma"] as const) {
  test(`every caller clip is known by its sound in ${format}, its words to within a hop of 16 ms`, async () => {
    for (const { id } of known) {
      const heard = recogniser.recognise(await turn(id, format, 137), format);
      const clip = clips.find(id);
      assert.deepEqual([heard.clip, heard.text, heard.ahead], [id, clip?.text, []]);
      heard.words.forEach((word, index) => assert.ok(Math.abs(word.endMs - 137 - (clip?.words[index]?.endMs ?? 0)) <= 16, `${id} ${word.text}`));
    }
  });
}

test("white noise 20 dB below the speech does not hide a clip", async () => {
  for (const { id } of known) {
    const audio = await turn(id, "pcm24k", 200);
    const speech = bytesToInt16(orThrow(await clips.wire(id, "pcm24k")));
    const amplitude = Math.sqrt(speech.reduce((sum, sample) => sum + sample * sample, 0) / speech.length / 100);
    const random = stream(1, "noise", id);
    const noisy = bytesToInt16(audio).map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample + amplitude * random.normal()))));
    assert.equal(recogniser.recognise(int16ToBytes(noisy), "pcm24k").clip, id);
  }
});

test("a clip that was never taught stays unknown, its length is told, and silence is no speech", async () => {
  for (const id of ["refund", "long-turn", "yes"]) {
    const audio = await turn(id, "pcm24k", 100);
    const heard = createRecogniser(known.filter((clip) => clip.id !== id)).recognise(audio, "pcm24k");
    assert.deepEqual([heard.clip, heard.text], [undefined, `[unrecognised speech, ${(audio.length / 48_000).toFixed(1)} s]`]);
  }
  for (const bytes of [0, 48_000]) assert.equal(recogniser.recognise(new Uint8Array(bytes), "pcm24k").text, "");
});

test("of a clip that begins or breaks off elsewhere only the words that are there are heard, and those to come are named", async () => {
  const audio = orThrow(await clips.wire("two-step", "pcm24k"));
  const whole = clips.find("two-step")?.text.split(" ") ?? [];
  const start = recogniser.recognise(audio.subarray(0, 1_500 * 48), "pcm24k");
  assert.equal(start.clip, "two-step");
  assert.deepEqual(
    [...start.words, ...start.ahead].map(({ text }) => text),
    whole,
  );
  assert.ok(start.words.length >= 3 && start.ahead.length >= 3);
  const end = recogniser.recognise(audio.subarray(1_500 * 48), "pcm24k");
  assert.deepEqual([end.clip, end.ahead], ["two-step", []]);
  assert.deepEqual(
    end.words.map(({ text }) => text),
    whole.slice(-end.words.length),
  );
  assert.ok((end.clipStartMs ?? 0) < -1_400);
});
