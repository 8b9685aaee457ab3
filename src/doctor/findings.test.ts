import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "./finding.ts";
import { descriptorFinding, descriptorWarning, openFilesLimit } from "./machine.ts";
import { roadFindings } from "./road-findings.ts";
import { clockFinding, refusalOf } from "./session-findings.ts";
import type { Talk } from "./talk.ts";
import { turnFindings } from "./turn-findings.ts";

const nowMs = Date.parse("2026-11-22T12:00:00Z");
const brief = ({ status, detail }: Finding): readonly string[] => [status, detail];

test("descriptors: few are told with what they suffice for, and this process has a limit", () => {
  assert.equal(descriptorFinding(65_536).status, "ok");
  assert.equal(descriptorFinding("unlimited").status, "ok");
  assert.equal(descriptorFinding(undefined).status, "left out");
  for (const limit of [undefined, "unlimited", 264, "65536"]) assert.equal(descriptorWarning(limit, 200), undefined, String(limit));
  assert.match(descriptorWarning(263, 200) ?? "", /200 sessions at once need about 264 open files, and this process may have 263: .*`ulimit -n 4096`/);
  assert.match(descriptorWarning("1024", 5_000) ?? "", /`ulimit -n 5064`/);
  assert.match(descriptorFinding(256).remedy ?? "", /more than 192 sessions raise it: ulimit -n/);
  assert.notEqual(openFilesLimit(), undefined);
});

const answered = (date: string | undefined): Talk => ({ upgrade: { date } }) as unknown as Talk;

test("clocks: half a minute is let pass, more is not, and without a Date nothing is said", () => {
  assert.deepEqual(brief(clockFinding(answered("Sun, 22 Nov 2026 11:59:58 GMT"), nowMs)), ["ok", "ours is 2 s ahead of the server's"]);
  assert.deepEqual(brief(clockFinding(answered("Sun, 22 Nov 2026 12:05:00 GMT"), nowMs)), ["failed", "ours is 300 s behind the server's"]);
  assert.equal(clockFinding(answered(undefined), nowMs).status, "left out");
});

test("a certificate that ends soon is a failure of today", () => {
  const walk = (days: number): Finding | undefined =>
    roadFindings(
      { timings: { startedUs: 0, tcpUs: 900, tlsUs: 5_900 }, certificate: { issuer: "Example CA", expiresAtMs: nowMs + days * 86_400_000 } },
      nowMs,
      {
        url: new URL("wss://127.0.0.1"),
      },
    ).find(({ check }) => check === "tls");
  assert.deepEqual(walk(13) && brief(walk(13) as Finding), ["failed", "agreed in 5.0 ms; certificate from Example CA, 13 days left"]);
  assert.equal(walk(60)?.status, "ok");
});

const closedWith = (code: number, reason = ""): Pick<Talk, "close" | "openUs"> => ({ openUs: 1, close: { code, reason, atUs: 2 } });
const refusals: readonly (readonly [talk: Pick<Talk, "close" | "openUs">, error: object | undefined, about: string])[] = [
  [closedWith(3000), { code: "invalid_api_key", message: "no" }, "key"],
  [closedWith(3000), { code: null, message: "Missing bearer or basic authentication in header" }, "key"],
  [closedWith(4000, "invalid_request_error.invalid_model"), undefined, "model"],
  [closedWith(4004), { code: "model_not_found", message: "no" }, "model"],
  [closedWith(1008), undefined, "key"],
  [
    { openUs: undefined, close: { code: 1006, reason: "", atUs: 2, failure: { phase: "upgrade", class: "handshake", status: 401, message: "HTTP 401" } } },
    undefined,
    "key",
  ],
  [closedWith(1011), undefined, "session"],
];
for (const [talk, error, about] of refusals) {
  test(`a refusal with ${talk.close?.failure?.message ?? talk.close?.code} ${error ? JSON.stringify(error) : ""} is about the ${about}`, () => {
    assert.equal(refusalOf(talk, error && { type: "error", error }).about, about);
  });
}

test("a quota that is used up is a failure, and a turn without usage is no failure", () => {
  const names = new Set(["response.done"]);
  const findings = turnFindings({
    row: undefined,
    names,
    unknown: [],
    rateLimits: [{ name: "tokens", limit: 40_000, remaining: 0, reset_seconds: 12.345 }],
    usage: false,
    failure: "cut",
  });
  const statusOf = Object.fromEntries(findings.map(({ check, status }) => [check, status]));
  assert.deepEqual(statusOf, { turn: "failed", quota: "failed", events: "ok", usage: "ok", metrics: "left out" });
  assert.equal(findings[1]?.detail, "0 of 40,000 tokens left, full again in 12 s");
});
