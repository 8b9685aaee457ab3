// Faults of the whole target at planned times. Their clock starts with the first connection, so that a tester may take his
// time and a run's faults fall where the run is.

import type { Cancel, Clock } from "../core/clock.ts";
import { formatIssue } from "../core/issues.ts";
import { msToUs, US_PER_S } from "../core/units.ts";
import type { ServerFault } from "../faults/server-fault.ts";
import type { FaultRow } from "./ground-truth.ts";
import type { Port } from "./port.ts";
import type { Freezer } from "./tricked-conversation.ts";

export interface PlannedFaultsOptions {
  readonly faults: readonly ServerFault[];
  readonly clock: Clock;
  readonly port: Port;
  readonly freezer: Freezer;
  readonly writeNote: (row: FaultRow) => void;
  readonly say: (notice: string) => void;
}

/** What new connections are told while they are turned away; `retryAfterS` is what is left, rounded up. */
export interface TurningAway {
  readonly status: 429 | 503;
  readonly retryAfterS: number;
}

export interface PlannedFaults {
  /** The target listens on this port. */
  listening(port: number): void;
  /** A connection came in; the first one starts the clock. */
  onConnection(): void;
  turningAway(): TurningAway | undefined;
  stop(): void;
}

/** Somebody else may have been given the port while it was closed. */
const TRY_AGAIN_US = 100_000;

export function planFaults({ faults, clock, port, freezer, writeNote, say }: PlannedFaultsOptions): PlannedFaults {
  const cancels = new Set<Cancel>();
  const away = { 429: 0, 503: 0 };
  let hasStarted = false;
  let number = 0;
  let shutUntilUs = 0;

  function at(atUs: number, act: () => void): void {
    const cancel = clock.at(atUs, () => {
      cancels.delete(cancel);
      act();
    });
    cancels.add(cancel);
  }

  function shut(untilUs: number): void {
    shutUntilUs = Math.max(shutUntilUs, untilUs);
    port.shut();
    at(untilUs, () => void comeBack());
  }

  async function comeBack(): Promise<void> {
    if (clock.nowUs() < shutUntilUs) return;
    const opened = await port.open(number);
    if (opened.ok) return;
    say(`${opened.issues.map(formatIssue).join("; ")}; trying again`);
    at(clock.nowUs() + TRY_AGAIN_US, () => void comeBack());
  }

  function strike(fault: ServerFault): void {
    const atUs = clock.nowUs();
    const untilUs = fault.type === "drop-all" ? undefined : atUs + msToUs(fault.forMs);
    const cut = fault.type === "restart" || fault.type === "drop-all" ? port.cutAll() : undefined;
    if (fault.type === "restart" || fault.type === "refuse") shut(untilUs ?? atUs);
    else if (fault.type === "freeze") freezer.untilUs = Math.max(freezer.untilUs, untilUs ?? atUs);
    else if (fault.type === "rate-limit") away[429] = Math.max(away[429], untilUs ?? atUs);
    else if (fault.type === "unavailable") away[503] = Math.max(away[503], untilUs ?? atUs);
    writeNote({ v: 1, type: "fault", fault: fault.type, atUs, ...(untilUs === undefined ? {} : { untilUs }), ...(cut === undefined ? {} : { cut }) });
  }

  return {
    listening: (port) => void (number = port),
    onConnection() {
      if (hasStarted) return;
      hasStarted = true;
      for (const fault of faults) at(clock.nowUs() + msToUs(fault.atMs), () => strike(fault));
    },
    turningAway() {
      const nowUs = clock.nowUs();
      const status = ([503, 429] as const).find((each) => away[each] > nowUs);
      return status && { status, retryAfterS: Math.ceil((away[status] - nowUs) / US_PER_S) };
    },
    stop() {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}
