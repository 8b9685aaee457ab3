// Sending frames over a connected WebSocket to a server in another process that throws them away: the one piece that has
// to be measured with a socket.

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setImmediate as nextLoop } from "node:timers/promises";
import { WebSocket } from "ws";
import { appendMessage } from "../../src/audio/frame.ts";
import { stream } from "../../src/core/random.ts";
import { createSystemClock } from "../../src/core/system-clock.ts";
import { noNetwork } from "../../src/faults/profile.ts";
import type { Connection } from "../../src/transport/connection.ts";
import { openConnection } from "../../src/transport/open.ts";
import { readyMessage } from "../../src/transport/ready-message.ts";
import type { Pair } from "./pieces.ts";

/** So many at a time, then the loop goes round: what one wake of a timer sends with a thousand callers. */
const FRAMES = 50;

const open = (url: string): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const connection: Connection = openConnection({
      url,
      headers: {},
      clock: createSystemClock(),
      masking: "zero",
      network: noNetwork,
      random: (direction) => stream(1, "network", direction),
      onShaperLateness: () => undefined,
      handlers: {
        onOpen: () => resolve(connection),
        onMessage: () => undefined,
        onClose: ({ failure }) => failure && reject(new Error(failure.message)),
      },
    });
  });

/** Sends a batch and waits until the kernel has all of it, so that no round pays for another's backlog. */
async function batch(send: () => void, bufferedBytes: () => number): Promise<void> {
  for (let index = 0; index < FRAMES; index++) send();
  do await nextLoop();
  while (bufferedBytes() > 0);
}

export async function openFrameSend(): Promise<{ readonly pair: Pair; readonly close: () => void }> {
  const sink = fork(join(import.meta.dirname, "..", "bench-load", "sink.ts"));
  const [{ port }] = (await once(sink, "message")) as [{ port: number }];
  const url = `ws://127.0.0.1:${port}`;
  const naive = new WebSocket(url, { perMessageDeflate: false });
  await once(naive, "open");
  const connection = await open(url);
  const frame = Buffer.alloc(960, 7);
  const message = readyMessage(appendMessage(frame), "zero");
  const sendPlainly = (): void => naive.send(JSON.stringify({ type: "input_audio_buffer.append", audio: frame.toString("base64") }));
  const pair: Pair = {
    name: `send ${FRAMES} frames`,
    plain: {
      how: "stringify, mask and ws.send",
      run: () => batch(sendPlainly, () => naive.bufferedAmount),
    },
    ours: {
      how: "ready-made through the transport",
      run: () =>
        batch(
          () => connection.sendReady(message),
          () => connection.bufferedBytes,
        ),
    },
  };
  const close = (): void => {
    naive.terminate();
    connection.terminate();
    sink.disconnect();
  };
  return { pair, close };
}
