// The reference target from a program: a GPT-Realtime-2 with known delays on this machine, for tests of voice apps.

import { failed, orThrow, type Result } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { parseNetwork } from "../faults/profile.ts";
import { parseServerFault } from "../faults/server-fault.ts";
import { createClientAccount, type ClientReport } from "../target/client-account.ts";
import type { TruthRow } from "../target/ground-truth.ts";
import { readProfile } from "../target/profile.ts";
import { readScript } from "../target/script.ts";
import { startTarget as startServer } from "../target/server.ts";
import { openFixtures } from "./places.ts";

export interface StartTargetOptions {
  /** Latency profile. Default `exact`: the same delays every time, as a test wants them; `realtime-2` answers like the model. */
  readonly profile?: string;
  /** What it answers. Default `crm`. */
  readonly script?: string;
  /** Of its delays. Default 1. */
  readonly seed?: number;
  /** On 127.0.0.1. Default 0: the system chooses. */
  readonly port?: number;
  /** Network between every client and the target, such as `delay:80ms,jitter:20ms`. Default none. */
  readonly network?: string;
  /** What goes wrong with the whole target, so long after its first connection, such as `restart@20s+2s`. */
  readonly faults?: readonly string[];
  /** The one key it takes. Default: any, or none. */
  readonly requireKey?: string;
  /** How long a session may last. Default 60. */
  readonly sessionMinutes?: number;
  /** Folder with clips of your own; default ./fixtures where there is one. */
  readonly fixtures?: string;
}

export interface RunningTarget {
  /** `ws://127.0.0.1:port/v1/realtime`; add `?model=gpt-realtime-2`. */
  readonly url: string;
  readonly port: number;
  /** Its own account of every turn so far: when speech ended, when it answered, what it planned. Instants in µs of the monotonic clock. */
  truth(): readonly TruthRow[];
  /** What clients did so far: connections, interruptions, what they lost and took up again. */
  clients(): ClientReport;
  /** Closes every session and stops listening. */
  close(): Promise<void>;
}

const MS_PER_MINUTE = 60_000;

/** Resolves once it listens. Throws an InputError for a wrong name, network or fault, and for a port that can't be had. */
export async function startTarget(options: StartTargetOptions = {}): Promise<RunningTarget> {
  const { profile = "exact", script = "crm", seed = 1, port = 0, network, faults = [], requireKey, sessionMinutes, fixtures } = options;
  const clock = createSystemClock();
  const account = createClientAccount();
  const truth: TruthRow[] = [];
  const target = orThrow(
    await startServer({
      clock,
      account,
      seed,
      port,
      warmsUp: true,
      profile: orThrow(readProfile(profile)),
      script: orThrow(readScript(script)),
      clips: await openFixtures(fixtures),
      writeTruth: (row) => void truth.push(row),
      ...(network === undefined ? {} : { network: orThrow(from("network", parseNetwork(network))) }),
      faults: faults.map((text) => orThrow(from("faults", parseServerFault(text)))),
      ...(requireKey === undefined ? {} : { requireKey }),
      ...(sessionMinutes === undefined ? {} : { sessionMs: sessionMinutes * MS_PER_MINUTE }),
    }),
  );
  return { url: target.url, port: target.port, truth: () => [...truth], clients: () => account.report(clock.nowUs()), close: target.close };
}

const from = <T>(source: string, result: Result<T>): Result<T> => (result.ok ? result : failed(...result.issues.map((issue) => ({ ...issue, source }))));
