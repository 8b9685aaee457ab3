// A session without a caller: what the server says is kept, and asked for by name.

import type { Clock } from "../core/clock.ts";
import { stream } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import { noNetwork } from "../faults/profile.ts";
import type { Way } from "../load/endpoints.ts";
import { readServerMessage } from "../protocol/codec.ts";
import type { ConnectionClose, ConnectionHandlers } from "../transport/connection.ts";
import { openCaller, type CallerOptions } from "../transport/minted.ts";

export type ServerSaid = Readonly<Record<string, unknown>> & { readonly type: string };

/** How the doctor dials: as a caller does, over the plain network. */
export const callerOptions = (way: Way, clock: Clock, handlers: ConnectionHandlers): CallerOptions => ({
  ...way,
  clock,
  handlers,
  masking: "random",
  network: noNetwork,
  random: () => stream(1, "doctor"),
});

export interface Talk {
  send(event: object): void;
  /** The next event of one of the types that nobody took yet; undefined when the time is over or the session. */
  next(types: readonly string[], limitMs: number): Promise<ServerSaid | undefined>;
  readonly events: readonly ServerSaid[];
  /** Headers of the answered upgrade; absent until it was. */
  readonly upgrade: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  readonly close: ConnectionClose | undefined;
  readonly openUs: number | undefined;
  hangUp(): void;
}

export function openTalk(way: Way, clock: Clock): Talk {
  const events: ServerSaid[] = [];
  let taken = 0;
  let upgrade: Talk["upgrade"];
  let close: ConnectionClose | undefined;
  let look = (): void => undefined;
  const connection = openCaller(
    callerOptions(way, clock, {
      onUpgrade: (headers) => void (upgrade = headers),
      onOpen: () => look(),
      onMessage(data) {
        const received = readServerMessage(data);
        if (received.kind === "event") events.push(received.event);
        if (received.kind === "unreadable") events.push({ type: "(unreadable)" });
        look();
      },
      onClose(ended) {
        close = ended;
        look();
      },
    }),
  );
  return {
    events,
    get upgrade() {
      return upgrade;
    },
    get close() {
      return close;
    },
    get openUs() {
      return connection.timings.openUs;
    },
    send: (event) => connection.send(JSON.stringify(event)),
    next(types, limitMs) {
      const { promise, resolve } = Promise.withResolvers<ServerSaid | undefined>();
      const cancel = clock.at(clock.nowUs() + msToUs(limitMs), () => resolve(undefined));
      look = () => {
        const found = events.findIndex(({ type }, index) => index >= taken && types.includes(type));
        if (found >= 0) taken = found + 1;
        else if (!close) return;
        resolve(events[found]);
      };
      look();
      return promise.finally(cancel);
    },
    hangUp: () => connection.close(1000, ""),
  };
}
