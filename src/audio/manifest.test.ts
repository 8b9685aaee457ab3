import assert from "node:assert/strict";
import { test } from "node:test";

import type { Clip } from "./manifest.ts";
import { formatManifest, parseManifest } from "./manifest.ts";

const clip: Clip = {
  id: "order-status",
  file: "caller/en/order-status.wav",
  role: "caller",
  text: "Where is my order?",
  language: "en",
  voice: "",
  sampleRateHz: 16_000,
  channels: 1,
  durationMs: 1_000,
  segments: [
    { startMs: 0, endMs: 400 },
    { startMs: 700, endMs: 900 },
  ],
  words: [{ text: "Where", startMs: 0, endMs: 400 }],
  wordTimes: "estimated",
  markers: [{ name: "order", atMs: 300 }],
  labels: ["crm"],
  sha256: "0".repeat(64),
  licence: "MIT",
  recipe: "recorded",
};

function faultsOf(...clips: readonly unknown[]): string[] {
  const result = parseManifest(JSON.stringify({ version: 1, clips }), "manifest.json");
  assert.ok(!result.ok, "should have been refused");
  return result.issues.map(({ path, message }) => `${path} ${message}`);
}

test("a manifest is read back as it was written, a clip a line", () => {
  const manifest = { version: 1, clips: [clip, { ...clip, id: "refund", file: "caller/en/refund.wav" }] } as const;
  const text = formatManifest(manifest);
  assert.equal(text.split("\n").filter((line) => line.includes("sha256")).length, 2);
  assert.deepEqual(parseManifest(text, "manifest.json"), { ok: true, value: manifest });
});

test("all faults of all clips are told at once, each with its place", () => {
  const faults = faultsOf({ ...clip, id: "Order Status", sha256: "abc" }, { ...clip, segments: [], durationMs: -1 });
  assert.deepEqual(
    faults.map((fault) => fault.split(" ")[0]),
    ["clips[0].id", "clips[0].sha256", "clips[1].durationMs", "clips[1].segments"],
  );
});

test("times must be in order and inside the clip, ids and files must not repeat", () => {
  const segments = [
    { startMs: 500, endMs: 400 },
    { startMs: 300, endMs: 1_200 },
  ];
  const faults = faultsOf(clip, { ...clip, segments }).join("\n");
  for (const expected of [
    /clips\[1\]\.id .*already the id of clips\[0\]/,
    /clips\[1\]\.file/,
    /segments\[0\] ends at 400 ms, before it starts/,
    /segments\[1\] starts at 300 ms, before/,
    /1200 ms.*lasts 1000 ms/,
  ]) {
    assert.match(faults, expected);
  }
});

test("a file must lie inside the manifest's folder", () => {
  for (const file of ["../x.wav", "/etc/passwd", "caller/../../x.wav", "C:/x.wav", "caller\\x.wav", ""]) {
    assert.match(faultsOf({ ...clip, file }).join(), /clips\[0\]\.file/, file);
  }
});

test("text that is no JSON is one fault", () => {
  const result = parseManifest("{", "manifest.json");
  assert.ok(!result.ok && result.issues.length === 1 && result.issues[0]?.message.startsWith("is not JSON"));
});
