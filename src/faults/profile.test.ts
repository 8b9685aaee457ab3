import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { orThrow } from "../core/issues.ts";
import { formatNetwork, isImpaired, parseNetwork, splitNetworks } from "./profile.ts";

const read: readonly (readonly [text: string, canonical: string])[] = [
  ["none", "none"],
  ["delay:80ms", "delay:80ms"],
  [" delay:0.08s , jitter:20ms ", "delay:80ms,jitter:20ms"],
  ["jitter:20ms,delay:80ms", "delay:80ms,jitter:20ms"],
  ["delay-up:80ms", "delay-up:80ms"],
  ["delay-down:40ms,delay-up:80ms", "delay-up:80ms,delay-down:40ms"],
  ["delay-down:80ms,delay-up:80ms", "delay:80ms"],
  ["reset@5s", "reset@5s"],
  ["reset@20s/30s,reset@5s", "reset@5s,reset@20s/30s"],
  ["blackhole@20s+8s/28s", "blackhole@20s+8s/28s"],
  ["blackhole@5s..25s+10s..30s", "blackhole@5s..25s+10s..30s"],
  ["dns:fail", "dns:fail"],
  ["connect:refused@5s+3s", "connect:refused@5s+3s"],
  ["connect:timeout,slow-connect:2s", "connect:timeout,slow-connect:2s"],
  ["slow-close:3000ms,idle:60s/fin", "slow-close:3s,idle:60s/fin"],
  ["idle:0.5s/silent", "idle:500ms/silent"],
  ["switch@10s..20s+1s..5s/lte", "switch@10s..20s+1s..5s/lte"],
  ["delay:9ms,share:12.50%", "delay:9ms,share:12.5%"],
  ["reset@0ms", "reset@0ms"],
  ["jitter-up:20ms/normal,delay:80ms", "delay:80ms,jitter-up:20ms/normal"],
  ["delay:80ms,jitter:20ms/uniform", "delay:80ms,jitter:20ms"],
  ["jitter:20ms/pareto,delay:80ms", "delay:80ms,jitter:20ms/pareto"],
  ["rate:0.7Mbit", "rate:700kbit"],
  ["rate-up:12000kbit,rate-down:64kbit", "rate-up:12Mbit,rate-down:64kbit"],
  ["burst-loss:2.50%/50%,loss-down:0.1%", "loss-down:0.1%,burst-loss:2.5%/50%"],
  ["reset-after:200000B,reset@1s", "reset@1s,reset-after:200kB"],
  ["blackhole@20s,blackhole@5000ms+1.5s", "blackhole@5s+1500ms,blackhole@20s"],
];

test("a network has one canonical text, however it was written", () => {
  for (const [text, canonical] of read) {
    const network = orThrow(parseNetwork(text));
    assert.equal(formatNetwork(network), canonical);
    assert.deepEqual(orThrow(parseNetwork(canonical)), network);
    assert.equal(isImpaired(network), canonical !== "none");
  }
});

test("a network means what its text says", () => {
  assert.deepEqual(orThrow(parseNetwork("delay-up:80ms,delay-down:40ms,jitter:20ms,reset@9s,blackhole@5s+3s")), {
    delay: { up: { ms: 80 }, down: { ms: 40 } },
    jitter: { up: { ms: 20, shape: "uniform" }, down: { ms: 20, shape: "uniform" } },
    blackholes: [{ atMs: 5_000, forMs: 3_000 }],
    resets: [{ atMs: 9_000 }],
  });
});

const refused: readonly (readonly [text: string, ...expected: RegExp[]])[] = [
  ["", /an empty term.*none, or a list of delay:80ms/],
  ["dealy:80ms", /"dealy:80ms" is no impairment; did you mean delay\?.*blackhole@5s\+3s/],
  ["elevater", /"elevater" is no impairment; did you mean elevator\?/],
  ["delay:9ms,elevator", /elevator comes first/],
  ["elevator,lte", /lte comes first/],
  ["elevator,none", /none stands alone/],
  ["switch@9s+1s/moon", /there is no network "moon"/],
  ["switch@9s/lte", /does not say for how long/],
  ["share:30%", /there is none beside it/],
  ["lte,share:0%", /above 0% and up to 100%/],
  ["idle:60s", /write idle:60s\/fin or idle:60s\/silent/],
  ["dns:slow", /write, for example, dns:fail/],
  ["connect:refused@1s+0s", /lasts no time/],
  ["non", /did you mean none/],
  ["delay", /"delay" is not how delay is written: write, for example, delay:80ms/],
  ["delay@80ms", /not how delay is written/],
  ["delay:80", /needs durations with a unit, ms or s/],
  ["delay:-80ms", /needs durations/],
  ["delay:80ms+3s", /needs durations/],
  ["blackhole@1s+2s+3s", /needs durations/],
  ["delay:61s", /above 60s/],
  ["delay:0ms", /does nothing/],
  ["blackhole@5s+0ms", /lasts no time/],
  ["reset@2h", /needs durations/],
  ["reset@4000s", /beyond 3600s/],
  ["delay:80ms,delay:90ms", /delay is given twice.*matrix/],
  ["delay:80ms,delay-up:90ms", /delay:80ms and delay-up:90ms set the same thing/],
  ["delay:80ms,jitter:20ms/gauss", /spread in no known way/],
  ["rate:700", /kbit or Mbit/],
  ["rate:1kbit", /no link for a call: write 8kbit to 10000Mbit/],
  ["rate:1Mbit,rate-down:2Mbit", /rate:1Mbit and rate-down:2Mbit set the same thing/],
  ["loss:100%", /between 0% and 100%.*blackhole@0s/],
  ["loss:2", /between 0% and 100%/],
  ["burst-loss:2%", /two percentages/],
  ["burst-loss:2%/50%/1%", /two percentages/],
  ["reset-after:0B", /no byte to be sent/],
  ["reset-after:5s", /B, kB or MB/],
  ["none,delay:80ms", /none stands alone/],
  ["jitter:20ms", /jitter:20ms is more than the delay of 0ms/],
  ["delay:10ms,jitter:20ms", /more than the delay of 10ms/],
  ["delay-up:80ms,jitter:20ms", /more than the delay of 0ms/],
  ["dealy:80ms,jitter:20,reset", /dealy/, /"jitter:20" needs/, /"reset" is not how/],
];

test("a name is a network, and what stands behind it changes it", () => {
  const elevator = orThrow(parseNetwork("elevator"));
  assert.equal(formatNetwork(elevator), "elevator");
  assert.deepEqual(elevator.delay, { up: { ms: 35 }, down: { ms: 35 } });
  for (const [text, canonical] of [
    ["elevator,reset@40s", "elevator,reset@40s"],
    ["elevator,delay-up:50ms", "elevator,delay-up:50ms,delay-down:35ms"],
    ["elevator,blackhole@50s+1s", "elevator,blackhole@50s+1s"],
    ["elevator,delay:35ms", "elevator"],
    ["wifi-to-cellular,switch@9s+1s/3g", "wifi-to-cellular,switch@9s+1s/3g"],
  ] as const) {
    const network = orThrow(parseNetwork(text));
    assert.equal(formatNetwork(network), canonical);
    assert.deepEqual(orThrow(parseNetwork(canonical)), network);
  }
  assert.equal(orThrow(parseNetwork("elevator,blackhole@50s+1s")).blackholes?.length, 2);
});

test("every fault of a wrong network is told at once, with what may be written", () => {
  for (const [text, ...expected] of refused) {
    const result = parseNetwork(text);
    assert.ok(!result.ok, text);
    assert.equal(result.issues.length, expected.length, text);
    for (const [index, pattern] of expected.entries()) assert.match(result.issues[index]?.message ?? "", pattern);
  }
});

test("reading never throws", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(
          /^(delay|jitter|rate|loss|burst-loss|reset|reset-after|blackhole)(-up|-down)?[:@][0-9.]{0,6}(ms|s|%|kbit|kB)?([+/][0-9]{1,3}(s|%))?$/,
        ),
      ),
      (text) => void parseNetwork(text),
    ),
  );
});

test("in a list names stand alone and neighbouring impairments belong together", () => {
  assert.deepEqual(splitNetworks("none,delay:80ms,jitter:20ms"), ["none", "delay:80ms,jitter:20ms"]);
  assert.deepEqual(splitNetworks("delay:80ms, none ,delay:160ms,reset@5s"), ["delay:80ms", "none", "delay:160ms,reset@5s"]);
  assert.deepEqual(splitNetworks("none"), ["none"]);
  assert.deepEqual(splitNetworks("none,"), ["none", ""]);
});
