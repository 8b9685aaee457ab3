import assert from "node:assert/strict";
import { test } from "node:test";
import { inputTranscription } from "./transcription-config.ts";

const check = (value: unknown, current: unknown = null): unknown => {
  const checked = inputTranscription(value, "t", current);
  return "wrong" in checked ? [checked.wrong.code, checked.wrong.param] : checked.keep;
};
const plain = { language: null, prompt: null };

test("settings are echoed with their nulls, merged while the model stays and begun anew when it changes", () => {
  assert.equal(check(null, { model: "whisper-1", ...plain }), null);
  assert.deepEqual(check({ model: "whisper-1" }), { model: "whisper-1", ...plain });
  assert.deepEqual(check({ language: "de" }, { model: "whisper-1", ...plain, prompt: "names" }), { model: "whisper-1", language: "de", prompt: "names" });
  assert.deepEqual(check({ model: "gpt-realtime-whisper", delay: "low" }, { model: "whisper-1", ...plain, prompt: "names" }), {
    model: "gpt-realtime-whisper",
    ...plain,
    delay: "low",
  });
  const hints = { model: "gpt-live-transcribe", languages: ["en", "de"], keywords: ["earshot"] };
  assert.deepEqual(check(hints), { ...hints, ...plain });
});

const refusals: readonly (readonly [string, unknown, string, string])[] = [
  ["no object", "whisper-1", "invalid_type", "t"],
  ["no model", {}, "missing_required_parameter", "t.model"],
  ["an unknown model", { model: "gpt-5" }, "invalid_value", "t.model"],
  ["a prompt for the model that tells speakers apart", { model: "gpt-4o-transcribe-diarize", prompt: "Hm" }, "invalid_value", "t.prompt"],
  ["an unknown option", { model: "whisper-1", temperature: 0 }, "unknown_parameter", "t.temperature"],
  ["a language that is none", { model: "whisper-1", language: "English" }, "invalid_value", "t.language"],
  ["languages of a model without hints", { model: "gpt-4o-transcribe", languages: ["en"] }, "invalid_value", "t.languages"],
  ["keywords of a model without hints", { model: "whisper-1", keywords: ["x"] }, "invalid_value", "t.keywords"],
  ["keywords that are no list", { model: "gpt-transcribe", keywords: "x" }, "invalid_type", "t.keywords"],
  ["keywords that are no text", { model: "gpt-transcribe", keywords: [1] }, "invalid_type", "t.keywords[0]"],
  ["a prompt for the streaming model", { model: "gpt-realtime-whisper", prompt: "x" }, "invalid_value", "t.prompt"],
  ["a delay of a model that writes after the commit", { model: "whisper-1", delay: "low" }, "invalid_value", "t.delay"],
  ["a delay that is none", { model: "gpt-realtime-whisper", delay: "max" }, "invalid_value", "t.delay"],
];
for (const [name, value, code, param] of refusals) {
  test(`${name} is refused with its place`, () => assert.deepEqual(check(value), [code, param]));
}
