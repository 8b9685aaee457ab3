// Servers that break every rule, over real sockets and one after the other in this process: each session ends in a named
// class or goes on, within its limits, without a crash and without taking the memory.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Clock } from "../core/clock.ts";
import { failureClasses } from "../core/failure-classes.ts";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { noNetwork } from "../faults/profile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import { leastCapabilities } from "../protocol/providers/compatible.ts";
import { startHostileServer } from "../testing/hostile-server.ts";
import { hostilities, type HostilityCase } from "../testing/hostilities.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { openConnection } from "../transport/open.ts";
import { readyMessage, type ReadyMessage } from "../transport/ready-message.ts";
import { startCall, type CallEnd } from "./driver.ts";
import { traceText, traceVersion, type TraceHead, type TraceStep } from "./trace.ts";

const KEY = "sk-CANARY-hostile-0123456789abcdef";
const PEAK_BYTES = 64 * 1024 * 1024;
/** The limits are those of every run; only time goes faster. Not so much faster where a machine has much to read meanwhile. */
const SPEED = 20;
const FLOOD_SPEED = 5;

const system = createSystemClock();
function clockAt(speed: number): Clock {
  const originUs = system.nowUs();
  return {
    ...system,
    nowUs: () => originUs + (system.nowUs() - originUs) * speed,
    at: (deadlineUs, fire) => system.at(originUs + (deadlineUs - originUs) / speed, fire),
    repeat: (firstUs, everyUs, fire) => system.repeat(originUs + (firstUs - originUs) / speed, everyUs / speed, fire),
  };
}

const message = (sound: number): ReadyMessage =>
  readyMessage(Buffer.from(JSON.stringify({ type: "input_audio_buffer.append", audio: Buffer.alloc(960, sound).toString("base64") })), "random");
const frames = { messages: Array.from({ length: 50 }, () => message(0x20)), silence: message(0) };

interface Met {
  readonly rows: readonly TurnRow[];
  readonly end: CallEnd;
  readonly trace: string;
  readonly requests: readonly string[];
}

async function meet({ does }: HostilityCase, fast: Clock): Promise<Met> {
  const server = await startHostileServer(does);
  const url = `ws://127.0.0.1:${server.port}/v1/realtime`;
  const { effort: _none, ...session } = scenarioWith({ session: { turnDetection: { type: "manual" } } }).session;
  const scenario = { ...scenarioWith({ caller: { patienceMs: 8_000, thinkMs: 0, turns: [{ say: "hello" }] } }), session };
  const target = { provider: "compatible", model: "m", url, capabilities: leastCapabilities } as const;
  const rows: TurnRow[] = [];
  const steps: TraceStep[] = [];
  const call = callOf({ ...scenario, target });
  const plannedUs = fast.nowUs();
  const { ended } = startCall({
    run: "test",
    runStartUs: plannedUs,
    clock: fast,
    call,
    plannedUs,
    connect: (handlers) =>
      openConnection({
        url,
        headers: { authorization: `Bearer ${KEY}` },
        handlers,
        clock: fast,
        masking: "random",
        network: noNetwork,
        random: () => stream(1, "n"),
      }),
    frames: () => frames,
    onRow: (row) => rows.push(row),
    onToolCall: () => undefined,
    onTrace: (step) => steps.push(step),
    onFrame: () => undefined,
  });
  const end = await ended;
  server.close();
  const head: TraceHead = { v: traceVersion, run: "test", runStartUs: plannedUs, plannedUs, call };
  return { rows, end, trace: traceText(head, steps), requests: server.requests };
}

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

test("there are enough of them", () => assert.ok(Object.keys(hostilities).length >= 60));

for (const [name, hostility] of Object.entries(hostilities)) {
  test(`a server with ${name}: ${hostility.ends}`, async () => {
    const { ends, says, counts, isFlood } = hostility;
    const rssBefore = process.memoryUsage.rss();
    const peakBefore = process.resourceUsage().maxRSS * 1024;
    const fast = clockAt(isFlood === true ? FLOOD_SPEED : SPEED);
    const startUs = fast.nowUs();
    const { rows, end, trace, requests } = await meet(hostility, fast);
    const { state } = end;
    const { failureClass } = state.turn ?? rows[0] ?? state;
    const outcome = rows[0]?.outcome;
    assert.equal(outcome === "failed" ? failureClass : outcome, ends, `${rows[0]?.failure} ${state.failure}`);
    if (outcome === "failed") assert.ok(failureClasses.some((known) => known === failureClass));
    if (says) assert.match(rows[0]?.failure ?? "", says);
    for (const [type, count] of Object.entries(counts ?? {})) assert.equal(state.unknownEvents[type], count, type);
    assert.equal(rows.length, 1);
    // The longest of all limits, and what a close may take.
    assert.ok(fast.nowUs() - startUs < 40e6, `${(fast.nowUs() - startUs) / 1e6} s`);
    assert.equal(requests.length, 1, "nobody else is asked");
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    assert.ok(peakBytes === peakBefore || peakBytes - rssBefore < PEAK_BYTES, `${(peakBytes - rssBefore) / 1e6} MB more`);
    const kept = JSON.stringify([rows, state.failure, state.lastError, state.unknownEvents, end.close]);
    assert.ok(!kept.includes(KEY) && !trace.includes(KEY), "the key is in what was kept");
    assert.ok(kept.length < 100_000, `${kept.length} bytes of a row and its call`);
  });
}
