import assert from "node:assert/strict";
import { test } from "node:test";
import { assistantAudioTokens, usageFaults, userAudioTokens } from "./usage.ts";
import type { Usage } from "./usage.ts";

const sound: Usage = {
  total_tokens: 300,
  input_tokens: 200,
  output_tokens: 100,
  input_token_details: {
    text_tokens: 120,
    audio_tokens: 80,
    image_tokens: 0,
    cached_tokens: 128,
    cached_tokens_details: { text_tokens: 100, audio_tokens: 28, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 20, audio_tokens: 80 },
};

test("a caller's audio costs a token per 100 ms and the assistant's one per 50 ms", () => {
  assert.deepEqual([99, 100, 1_630, 60_000].map(userAudioTokens), [0, 1, 16, 600]);
  assert.deepEqual([1, 50, 7_350, 60_000].map(assistantAudioTokens), [1, 1, 147, 1_200]);
});

test("usage that adds up has no faults, and each broken rule is named", () => {
  assert.deepEqual(usageFaults(sound), []);
  assert.deepEqual(usageFaults({ ...sound, total_tokens: 1 }), ["total is not input plus output"]);
  assert.deepEqual(usageFaults({ ...sound, output_token_details: { text_tokens: 0, audio_tokens: 80 } }), ["output is not the sum of its kinds"]);
  const details = { ...sound.input_token_details, cached_tokens_details: { text_tokens: 121, audio_tokens: 7, image_tokens: 0 } };
  assert.deepEqual(usageFaults({ ...sound, input_token_details: details }), ["more text cached than sent"]);
});
