// What a caller does who loses the connection, as a user writes it: `reconnect: {}` is all of the defaults.

import { limits } from "../core/limits.ts";
import { flag, ms, number, oneOf, section, wholeNumber } from "./fields.ts";
import { lostTurnWays, reconnectDefaults as defaults } from "./reconnect.ts";

const minuteMs = 60_000;

export const reconnect = section({
  backoffMs: ms(minuteMs, 1).default(defaults.backoffMs).describe("Longest wait before the first attempt; doubles with each, and each wait is drawn below it"),
  backoffMostMs: ms(10 * minuteMs, 1)
    .default(defaults.backoffMostMs)
    .describe("What the longest wait never exceeds"),
  attempts: wholeNumber({ min: 1, max: 1_000 }).default(defaults.attempts).describe("Connections tried for one loss"),
  withinMs: ms(limits.sessionMs, 1).default(defaults.withinMs).describe("Time for all of them; then the call has failed"),
  firstDial: flag.default(defaults.firstDial).describe("Also where the call's first connection does not come about"),
  reconnectsPerS: number({ min: 0.01, max: limits.arrivalsPerS })
    .default(defaults.reconnectsPerS)
    .describe("Of all callers together: who has to wait for it backs off"),
  pingMs: ms(10 * minuteMs)
    .default(defaults.pingMs)
    .describe("How often the connection is pinged; 0: never"),
  pongMs: ms(10 * minuteMs, 1)
    .default(defaults.pongMs)
    .describe("A connection without a pong, or anything else, for so long after a ping is lost"),
  silenceMs: ms(10 * minuteMs)
    .default(defaults.silenceMs)
    .describe("A session that says nothing for so long where an answer is due is lost; 0: never"),
  rolloverMs: ms(limits.sessionMs)
    .default(defaults.rolloverMs)
    .describe("So long before the session's time is over a new one takes over, between turns; 0: never"),
  lostTurn: oneOf(lostTurnWays).default(defaults.lostTurn).describe("What becomes of the words in progress: sent again at once, spoken anew, or given up"),
  keepAudioMs: ms(10 * minuteMs)
    .default(defaults.keepAudioMs)
    .describe("Audio kept to be sent again; what is older is lost"),
  replay: oneOf(["text", "none"]).default(defaults.replay).describe("What the new session is told of the conversation so far"),
}).describe("What a caller does who loses the connection; without it the call has failed");
