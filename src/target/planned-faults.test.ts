import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, ok, orThrow, type Result } from "../core/issues.ts";
import { parseServerFault } from "../faults/server-fault.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { NoteRow } from "./ground-truth.ts";
import { planFaults } from "./planned-faults.ts";

const PORT = 8_790;

/** What the port was told, with the second; `taken`: how often somebody else has it when it is wanted back. */
function planned(texts: readonly string[], taken = 0) {
  const clock = createVirtualClock(1_000_000);
  const told: string[] = [];
  const notes: NoteRow[] = [];
  const notices: string[] = [];
  const freezer = { untilUs: 0 };
  const tell = (what: string): void => void told.push(`${clock.nowUs() / 1e6 - 1} ${what}`);
  let takenLeft = taken;
  const port = {
    open(number: number): Promise<Result<number>> {
      const isTaken = takenLeft-- > 0;
      tell(isTaken ? "taken" : `open ${number}`);
      return Promise.resolve(isTaken ? failed({ source: "p", message: "taken" }) : ok(number));
    },
    shut: () => tell("shut"),
    cutAll: () => (tell("cut"), 3),
    replace: () => {},
  };
  const faults = planFaults({
    faults: texts.map((text) => orThrow(parseServerFault(text))),
    clock,
    port,
    freezer,
    writeNote: (row) => void notes.push(row),
    say: (text) => void notices.push(text),
  });
  faults.listening(PORT);
  return { clock, told, notes, notices, freezer, faults };
}

test("the first connection starts the clock, and each fault strikes at its time and is logged", () => {
  const { clock, told, notes, faults } = planned(["drop-all@2s", "restart@1s+500ms"]);
  clock.advanceTo(6_000_000);
  assert.deepEqual(told, []);
  faults.onConnection();
  clock.advanceTo(6_500_000);
  faults.onConnection();
  clock.advanceTo(10_000_000);
  assert.deepEqual(told, ["6 cut", "6 shut", `6.5 open ${PORT}`, "7 cut"]);
  assert.deepEqual(notes, [
    { v: 1, type: "fault", fault: "restart", atUs: 7_000_000, untilUs: 7_500_000, cut: 3 },
    { v: 1, type: "fault", fault: "drop-all", atUs: 8_000_000, cut: 3 },
  ]);
});

test("a port that is to be shut for longer by another fault opens once, after the later of them", () => {
  const { clock, told, faults } = planned(["refuse@1s+3s", "restart@2s+1s"]);
  faults.onConnection();
  clock.advanceTo(20_000_000);
  assert.deepEqual(told, ["1 shut", "2 cut", "2 shut", `4 open ${PORT}`]);
});

test("a port that somebody took meanwhile is asked for again until it is free, and that is said", async () => {
  const { clock, told, notices, faults } = planned(["refuse@1s+1s"], 2);
  faults.onConnection();
  for (let us = 1_000_000; us <= 5_000_000; us += 50_000) {
    clock.advanceTo(us);
    await Promise.resolve();
  }
  assert.deepEqual(told.slice(0, 2), ["1 shut", "2 taken"]);
  assert.match(told.at(-1) ?? "", /^2\.\d+ open 8790$/);
  assert.deepEqual(notices, ["p: taken; trying again", "p: taken; trying again"]);
});

test("a target that is closed while its port is shut does not come back", () => {
  const { clock, told, faults } = planned(["restart@1s+5s"]);
  faults.onConnection();
  clock.advanceTo(3_000_000);
  faults.stop();
  clock.runAll();
  assert.deepEqual(told, ["1 cut", "1 shut"]);
});

test("newcomers are turned away for as long, with the time that is left; out of order comes before too many", () => {
  const { clock, faults } = planned(["rate-limit@1s+3s", "unavailable@2s+1s"]);
  faults.onConnection();
  const at = (s: number) => {
    clock.advanceTo(1_000_000 + s * 1e6);
    return faults.turningAway();
  };
  assert.deepEqual(
    [at(0.5), at(1.5), at(2.5), at(3.5), at(4)],
    [undefined, { status: 429, retryAfterS: 3 }, { status: 503, retryAfterS: 1 }, { status: 429, retryAfterS: 1 }, undefined],
  );
});

test("a freeze moves the target's freezer and never shortens one", () => {
  const { clock, freezer, faults } = planned(["freeze@1s+2s", "freeze@1500ms+1s"]);
  faults.onConnection();
  clock.advanceTo(5_000_000);
  assert.equal(freezer.untilUs, 4_000_000);
});
