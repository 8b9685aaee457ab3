// What stands between and forgets connections that nothing passes on: a proxy or load balancer that closes them after so
// long without a byte either way (fin), or a NAT that drops its entry without a word, after which nothing arrives (silent).

import { ok } from "../core/issues.ts";
import { readDelayMs } from "./delay.ts";
import { durationText } from "./duration-text.ts";
import { wrong, type Fault } from "./fault.ts";
import { createIdleTimer } from "./idle-timer.ts";

export interface Idle {
  readonly ms: number;
  readonly ends: "fin" | "silent";
}

const example = "idle:60s/fin";

export const idle: Fault<"idle", Idle> = {
  key: "idle",
  words: [
    {
      word: "idle",
      example,
      meaning: "after so long without a byte either way the connection is closed, or with /silent swallows everything from then on",
      read(term) {
        const [time = "", ends, more] = term.value.split("/");
        if ((ends !== "fin" && ends !== "silent") || more !== undefined)
          return wrong(`"${term.text}" is not how idle is written: write ${example} or idle:60s/silent`);
        const ms = readDelayMs(term, time, example, IDLE_MS_MAX);
        return ms.ok ? ok({ ms: ms.value, ends }) : ms;
      },
    },
  ],
  join: () => undefined,
  format: ({ ms, ends }) => [`idle:${durationText(ms)}/${ends}`],
  stage: ({ ends }, { isSwallowed }) => (ends === "fin" ? undefined : { leavesAtUs: (atUs) => (isSwallowed() ? Infinity : atUs) }),
  connection({ ms, ends }, { clock, end, swallow }) {
    const timer = createIdleTimer(clock, ends === "fin" ? end : swallow);
    timer.set(ms);
    return { onBytes: timer.touch, close: () => timer.set(0) };
  },
};

/** No session lives longer than an hour. */
const IDLE_MS_MAX = 60 * 60_000;
