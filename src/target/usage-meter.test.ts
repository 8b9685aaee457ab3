import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { usageFaults } from "../protocol/usage.ts";
import type { Stretch } from "./usage-meter.ts";
import { inputTokens, textTokens, usageOf } from "./usage-meter.ts";

const stretch = fc.record({ key: fc.constantFrom("a", "b", "c"), text: fc.nat(200), audio: fc.nat(200) });
const conversation = fc.array(stretch, { maxLength: 8 });

test("usage keeps every rule of the protocol for any two conversations, and cached tokens come in steps of 64", () => {
  fc.assert(
    fc.property(conversation, conversation, conversation, fc.nat(500), (shared, seenRest, nextRest, audio) => {
      const usage = usageOf(inputTokens([...shared, ...seenRest], [...shared, ...nextRest]), { text: 7, audio });
      assert.deepEqual(usageFaults(usage), []);
      const cached = usage.input_token_details.cached_tokens;
      const sharedTokens = shared.reduce((sum, part) => sum + part.text + part.audio, 0);
      assert.equal(cached % 64, 0);
      assert.ok(cached >= Math.floor(sharedTokens / 64) * 64);
    }),
  );
});

test("a conversation that only grows caches ever more; a change at its front caches nothing", () => {
  const grown: Stretch[] = [{ key: "instructions", text: 100, audio: 0 }];
  const cached: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const seen = [...grown];
    grown.push({ key: `user ${turn}`, text: 0, audio: 30 });
    const { cachedText, cachedAudio } = inputTokens(turn === 0 ? [] : seen, grown);
    cached.push(cachedText + cachedAudio);
    grown.push({ key: `answer ${turn}`, text: 10, audio: 60 });
  }
  assert.deepEqual(cached, [0, 192, 256, 384]);
  const changed = [{ key: "instructions", text: 101, audio: 0 }, ...grown.slice(1)];
  assert.deepEqual(inputTokens(grown, changed), { text: 141, audio: 360, cachedText: 0, cachedAudio: 0 });
});

test("text costs 1.3 tokens a word, rounded up", () => {
  assert.deepEqual(["", "  ", "yes", "one two three"].map(textTokens), [0, 0, 2, 4]);
});
