import assert from "node:assert/strict";
import { test } from "node:test";
import { openClipStore } from "../audio/clip-store.ts";
import { firstAudibleSample } from "../audio/energy.ts";
import { formats } from "../audio/format.ts";
import type { AudioFormat } from "../audio/format.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { readProfile } from "./profile.ts";
import { answerFor, answersOf, checkScript, readScript } from "./script.ts";
import { firstDelta, prepareSpeech, wholeSamplesMs } from "./speech.ts";
import { createVad } from "./vad.ts";

const clips = orThrow(await openClipStore([packagePath("fixtures")]));
const script = orThrow(readScript("crm"));
const profile = orThrow(readProfile("realtime-2"));
const speech = orThrow(await prepareSpeech({ clips, script, profile }));

test("every answer of the script can be said in every format, and its deltas joined are the clip, audible at once, behind exact silence", async () => {
  for (const format of Object.keys(formats) as AudioFormat[]) {
    const { bytesPerMs, silenceByte } = formats[format];
    for (let turn = 0; turn < answersOf(script).length; turn++) {
      const answer = speech.answer(turn, format);
      const stored = orThrow(await clips.wire(answer.clip, format));
      // In G.711 a clip's first samples may have become inaudible; truth says that it is heard right after the silence.
      const clip = stored.subarray(firstAudibleSample(stored, format) * formats[format].bytesPerSample);
      const silenceMs = wholeSamplesMs(57.3, format);
      const sent = [firstDelta(answer, silenceMs), ...answer.deltas.slice(1)];
      const joined = Buffer.concat(sent.map((delta) => Buffer.from(delta.base64, "base64")));
      const wanted = Buffer.concat([Buffer.alloc(silenceMs * bytesPerMs, silenceByte), clip, Buffer.alloc(100 * bytesPerMs, silenceByte)]);
      assert.ok(joined.equals(wanted), `${answer.clip} in ${format}`);
      assert.ok(Math.abs(sent.reduce((sum, delta) => sum + delta.audioMs, 0) - wanted.length / bytesPerMs) < 1e-6);
      assert.equal(answer.words.join(""), clips.find(answer.clip)?.text);
    }
  }
});

test("silence is a whole number of samples", () => {
  assert.equal(wholeSamplesMs(10.01, "pcm24k"), 10);
  assert.equal(wholeSamplesMs(10.03, "pcm24k") * 24, 241);
  assert.equal(wholeSamplesMs(10.07, "pcmu"), 10.125);
});

test("the first turns have answers of their own, later ones take turns, and a script that wants more is refused by name", () => {
  assert.deepEqual(
    [0, 1, 6, 7, 8, 9].map((turn) => answerFor(script, turn)),
    ["answer-order-status", "answer-address-change", "answer-anything-else", "answer-yes", "answer-no", "answer-anything-else"],
  );
  const broken = checkScript(
    {
      version: 1,
      name: "x",
      rules: [
        { when: { clip: "yes" }, say: "a" },
        { when: {}, say: "a" },
      ],
      otherwise: [],
    },
    "x.json",
  );
  assert.deepEqual(broken.ok ? [] : broken.issues.map((issue) => issue.path), ["rules[0]", "rules[1]", "otherwise"]);
});

test("a clip that is missing is named, and so is every other one", async () => {
  const lacking = await prepareSpeech({ clips, script: { ...script, otherwise: ["answer-nope", "answer-neither"] }, profile });
  const messages = lacking.ok ? [] : lacking.issues.map((issue) => issue.message).join("\n");
  assert.match(String(messages), /answer-nope[\s\S]*answer-neither/);
});

test("VAD finds the end of every shipped caller clip, in every format, within a frame of its annotation", async () => {
  const settings = { threshold: 0.5, prefixMs: 300, silenceMs: 500 };
  for (const clip of clips.clips.filter(({ role }) => role === "caller")) {
    for (const format of Object.keys(formats) as AudioFormat[]) {
      const { bytesPerMs, silenceByte } = formats[format];
      const audio = Buffer.concat([orThrow(await clips.wire(clip.id, format)), Buffer.alloc(700 * bytesPerMs, silenceByte)]);
      const ends: number[] = [];
      const starts: number[] = [];
      const vad = createVad(format);
      for (let at = 0; at < audio.length; at += 20 * bytesPerMs) {
        vad.hear(
          audio.subarray(at, at + 20 * bytesPerMs),
          settings,
          (event) => void (event.type === "started" ? starts.push(event.startMs) : ends.push(event.speechEndMs)),
        );
      }
      const [first, last] = [clip.segments[0], clip.segments.at(-1)];
      assert.equal(ends.length, 1, `${clip.id} in ${format}: turns end at ${ends.join(", ")}`);
      assert.ok(Math.abs((ends[0] as number) - (last?.endMs ?? 0)) <= 20, `${clip.id} in ${format}: ends at ${ends[0]}, annotated ${last?.endMs}`);
      assert.ok(
        Math.abs((starts[0] as number) - Math.max(0, (first?.startMs ?? 0) - 300)) <= 60,
        `${clip.id} in ${format}: starts at ${starts[0]}, annotated ${first?.startMs}`,
      );
    }
  }
});
