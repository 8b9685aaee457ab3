// The line that a call is spoken on, which may be replaced while the call goes on: one connection that is spoken on, and at
// times the next one, made ready beside it. What comes from a connection that is neither is nobody's.

import type { AudioFormat } from "../audio/format.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import type { Connection, ConnectionClose, ConnectionHandlers } from "../transport/connection.ts";
import type { SoundEar } from "./call-sound.ts";
import { closeInput, createReceiver } from "./received.ts";
import type { Input } from "./state.ts";

/** All callers' reconnects pass here, so that there are never more of them in a second than the scenario allows. */
export interface ReconnectGate {
  /** When the next one may be dialled, of who may have so many in a second; it is taken as dialled then. */
  next(nowUs: number, perS: number): number;
}

export interface LinePort {
  readonly clock: Clock;
  readonly format: AudioFormat;
  /** Lent the sound of every delta, where somebody keeps audio. */
  readonly onSound?: SoundEar["arrive"] | undefined;
  connect(handlers: ConnectionHandlers): Connection;
  take(input: Input): void;
  /** The response that is being made. */
  openResponse(): string | undefined;
  /** Where the caller reconnects: the run's gate, and how many may pass it. */
  readonly reconnects?: { readonly gate: ReconnectGate; readonly perS: number } | undefined;
}

/** How the line went: the connection of the first session that stood, or of the only one, and the last close. */
export interface LineEnd {
  readonly connection: Connection;
  readonly close: ConnectionClose;
}

export interface Line {
  readonly ended: Promise<LineEnd>;
  /** The connection that is spoken on. */
  current(): Connection;
  /** The one that is to take over, once it is dialled. */
  next(): Connection | undefined;
  /** Cuts the current connection; nothing that comes of it is told any more. */
  lose(): void;
  dial(notBeforeUs: number): void;
  abandon(): void;
  /** The next connection is the current one from here on. */
  replace(how: { readonly isFirst: boolean }): void;
  hangUp(): void;
}

interface Told {
  tell(input: Input): void;
  onClose(close: ConnectionClose): void;
}

/** What comes from one connection, as inputs; pongs and the time of day are for those who reconnect. */
function handlersOf({ clock, format, onSound, openResponse, reconnects }: LinePort, { tell, onClose }: Told): ConnectionHandlers {
  const receive = createReceiver(format, onSound);
  const wallMs = (): { readonly wallMs?: number } => (reconnects ? { wallMs: clock.wallTime().getTime() } : {});
  return {
    onOpen: () => tell({ type: "opened", atUs: clock.nowUs(), ...wallMs() }),
    onMessage: (data, atUs, isBinary = false) => tell(receive({ data, atUs, isBinary, openResponse: openResponse() })),
    onClose,
    ...(reconnects ? { onPong: () => tell({ type: "pong", atUs: clock.nowUs() }) } : {}),
  };
}

export function createLine(port: LinePort): Line {
  const { clock, take, reconnects } = port;
  const { promise: ended, resolve } = Promise.withResolvers<LineEnd>();
  let next: Connection | undefined;
  let cancelDial: Cancel | undefined;
  let lastClose: ConnectionClose | undefined;
  let isDown = false;
  let isHungUp = false;

  function tell(connection: Connection, input: Input): void {
    if (connection === current && !isDown) take(input);
    else if (connection === next) take({ type: "successor", atUs: input.atUs, input });
  }

  function onClose(connection: Connection, close: ConnectionClose): void {
    if (connection !== current) return tell(connection, closeInput(close));
    lastClose = close;
    const wasDown = isDown;
    // Before it is told: whoever is told may have another connection take over at once.
    isDown = true;
    if (isHungUp) resolve({ connection: shown, close });
    else if (!wasDown) take(closeInput(close));
  }

  function open(): Connection {
    const connection: Connection = port.connect(handlersOf(port, { tell: (input) => tell(connection, input), onClose: (close) => onClose(connection, close) }));
    return connection;
  }

  function dialNow(): void {
    take({ type: "dialled", atUs: clock.nowUs() });
    next = open();
  }

  let current = open();
  let shown = current;

  return {
    ended,
    current: () => current,
    next: () => next,
    lose() {
      isDown = true;
      current.terminate();
    },
    dial(notBeforeUs) {
      cancelDial = clock.at(notBeforeUs, () => {
        const atUs = reconnects ? reconnects.gate.next(clock.nowUs(), reconnects.perS) : notBeforeUs;
        cancelDial = clock.at(atUs, dialNow);
      });
    },
    abandon() {
      cancelDial?.();
      const given = next;
      next = undefined;
      given?.terminate();
    },
    replace({ isFirst }) {
      if (!next) throw new Error("there is no connection to take over");
      const before = current;
      current = next;
      next = undefined;
      if (isFirst) shown = current;
      if (!isDown) before.close(1000, "");
      isDown = false;
      lastClose = undefined;
    },
    hangUp() {
      isHungUp = true;
      cancelDial?.();
      next?.close(1000, "");
      if (isDown && lastClose) resolve({ connection: shown, close: lastClose });
      else current.close(1000, "");
    },
  };
}
