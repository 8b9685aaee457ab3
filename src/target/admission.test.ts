import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { AdmissionRules } from "./admission.ts";
import { admit } from "./admission.ts";
import { createSecrets } from "./secrets.ts";

const clock = createVirtualClock();
let minted = 0;
const secrets = createSecrets(clock, () => String(minted++));
const strict: AdmissionRules = { secrets, models: "likely", requireKey: "sk-good" };
const good = { authorization: "Bearer sk-good" };

function outcome(path: string, headers: Record<string, string>, rules: AdmissionRules): unknown {
  const admission = admit(path, headers, rules);
  return admission.type === "refused" ? [admission.wrong.code, admission.closeCode, admission.closeReason] : admission.type;
}

const invalid = "invalid_request_error";
const failures: readonly (readonly [string, string, Record<string, string>, unknown])[] = [
  ["a wrong key", "/v1/realtime?model=gpt-realtime-2", { authorization: "Bearer sk-bad" }, ["invalid_api_key", 3000, `${invalid}.invalid_api_key`]],
  ["no key", "/v1/realtime?model=gpt-realtime-2", {}, [null, 3000, invalid]],
  ["a key that is not a bearer's", "/v1/realtime?model=gpt-realtime-2", { authorization: "Basic sk-good" }, [null, 3000, invalid]],
  [
    "a secret of another server",
    "/v1/realtime?model=gpt-realtime-2",
    { authorization: "Bearer ek_x" },
    ["invalid_api_key", 3000, `${invalid}.invalid_api_key`],
  ],
  ["an unknown model", "/v1/realtime?model=gpt-5", good, ["invalid_model", 4000, `${invalid}.invalid_model`]],
  ["a retired model", "/v1/realtime?model=gpt-4o-realtime-preview-2024-12-17", good, ["model_not_found", 4004, `${invalid}.model_not_found`]],
  ["a translator to talk with", "/v1/realtime?model=gpt-realtime-translate", good, ["invalid_model", 4000, `${invalid}.invalid_model`]],
  ["a talker to translate", "/v1/realtime/translations?model=gpt-realtime-2", good, ["invalid_model", 4000, `${invalid}.invalid_model`]],
  ["no model", "/v1/realtime", good, ["missing_model", 4000, `${invalid}.missing_model`]],
  ["an empty model", "/v1/realtime?model=", good, ["missing_model", 4000, `${invalid}.missing_model`]],
  ["no model to translate with", "/v1/realtime/translations", good, ["missing_model", 4000, `${invalid}.missing_model`]],
  ["an intent to translate with", "/v1/realtime/translations?model=m&intent=transcription", good, ["invalid_value", 4000, `${invalid}.invalid_value`]],
  [
    "the beta's header",
    "/v1/realtime?model=gpt-realtime-2",
    { ...good, "openai-beta": "realtime=v1" },
    ["beta_api_shape_disabled", 4000, `${invalid}.beta_api_shape_disabled`],
  ],
  ["another path", "/v1/realtime/", good, "not_found"],
];

for (const [what, path, headers, expected] of failures) {
  test(`${what} is turned away as the API does`, () => assert.deepEqual(outcome(path, headers, strict), expected));
}

test("the key is taken as a bearer, as Azure's header and as a browser's subprotocol", () => {
  const ways = [good, { "api-key": "sk-good" }, { "sec-websocket-protocol": "realtime, openai-insecure-api-key.sk-good" }];
  for (const headers of ways) assert.equal(outcome("/v1/realtime?model=gpt-realtime-2.1-mini-2026-08-01", headers, strict), "admitted");
});

test("how strange a model may be is a rule", () => {
  const allowed = (model: string): boolean[] =>
    (["any", "likely", "known"] as const).map((models) => outcome(`/v1/realtime?model=${model}`, {}, { secrets, models }) === "admitted");
  assert.deepEqual(allowed("m"), [true, false, false]);
  assert.deepEqual(allowed("my-realtime-server"), [true, true, false]);
  assert.deepEqual(allowed("gpt-realtime-2"), [true, true, true]);
});

test("a secret opens sessions of its kind until it expires, with the model and the session it was minted for", () => {
  const secret = secrets.mint({ kind: "conversation", model: "gpt-realtime-2.1", defaults: { type: "realtime" }, seconds: 10 });
  const headers = { authorization: `Bearer ${secret.value}` };
  assert.deepEqual(admit("/v1/realtime", headers, strict), {
    type: "admitted",
    kind: "conversation",
    model: "gpt-realtime-2.1",
    defaults: { type: "realtime" },
  });
  assert.deepEqual(outcome("/v1/realtime/translations?model=gpt-realtime-translate", headers, strict), ["invalid_value", 4000, `${invalid}.invalid_value`]);
  const second = admit("/v1/realtime?model=gpt-realtime-2", headers, strict);
  assert.equal(second.type === "admitted" && second.model, "gpt-realtime-2");
  clock.advanceTo(10_000_000);
  for (const rules of [strict, { secrets, models: "any" } as const]) {
    assert.deepEqual(outcome("/v1/realtime", headers, rules), ["invalid_api_key", 3000, `${invalid}.invalid_api_key`]);
  }
});

test("the oldest secrets are forgotten before they fill the memory", () => {
  const mint = (): string => secrets.mint({ kind: "conversation", model: undefined, defaults: undefined, seconds: 60 }).value;
  const first = mint();
  for (let made = 0; made < 10_000; made++) mint();
  assert.equal(secrets.find(first), undefined);
  assert.ok(secrets.find(mint()));
});
