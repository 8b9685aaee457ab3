import assert from "node:assert/strict";
import { test } from "node:test";
import { createStallLog } from "./stall-log.ts";

const RUN_US = 1_000_000;
/** The thread stood still from 50 to 60 ms into the run. */
const log = createStallLog();
log.noteFrame(300, RUN_US + 40_000);
log.noteFrame(10_000, RUN_US + 60_000);
log.noteFrame(7_000, RUN_US + 60_100);

const table: readonly (readonly [string, Parameters<typeof log.touched>[0], boolean])[] = [
  ["a delta read in it", { audibleDeltaUs: 55_000 }, true],
  ["a delta read right after it", { audibleDeltaUs: 61_500 }, true],
  ["a delta read later", { audibleDeltaUs: 70_000 }, false],
  ["a delta read before it", { audibleDeltaUs: 49_000 }, false],
  ["an end of speech sent in it", { speechEndFrameUs: 52_000, speechEndSentUs: 60_050 }, true],
  ["an end of speech sent before it", { speechEndFrameUs: 40_000, speechEndSentUs: 40_300 }, false],
  ["a turn that got nowhere", {}, false],
];
for (const [name, row, touched] of table)
  test(`a stall ${touched ? "touches" : "does not touch"} ${name}`, () => assert.equal(log.touched(row, RUN_US), touched));
