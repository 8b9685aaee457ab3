import assert from "node:assert/strict";
import { test } from "node:test";
import { targetHints } from "./target-hints.ts";

const place = { url: "ws://127.0.0.1:8790/v1/realtime", caPath: undefined, keyVariable: undefined, about: "profile exact, seed 1" };

test("three lines show how each client reaches the target as it stands", () => {
  const lines = targetHints(place);
  const [openai, agents, curl] = ["openai", "agents", "curl"].map((name) => lines.find((line) => line.startsWith(name)) ?? "");
  assert.match(openai ?? "", /createConnection: \(\) => net\.connect\(8790, "127\.0\.0\.1"\).*baseURL: "http:\/\/127\.0\.0\.1:8790\/v1"/);
  assert.match(agents ?? "", /apiKey: "any", url: "ws:\/\/127\.0\.0\.1:8790\/v1\/realtime\?model=gpt-realtime-2"/);
  assert.match(curl ?? "", /curl -X POST http:\/\/127\.0\.0\.1:8790\/v1\/realtime\/client_secrets$/);
});

test("under TLS they name the certificate, and a required key by its variable only", () => {
  const text = targetHints({ ...place, url: "wss://[::1]:8790/v1/realtime", caPath: "/tmp/ca.pem", keyVariable: "MY_KEY" }).join("\n");
  assert.match(text, /certificate: \/tmp\/ca\.pem/);
  assert.match(text, /curl --cacert \/tmp\/ca\.pem -H "Authorization: Bearer \$MY_KEY" -X POST https:\/\/\[::1\]:8790/);
  assert.match(text, /apiKey: process\.env\.MY_KEY, baseURL: "https:/);
  assert.ok(!text.includes("createConnection"));
});
