// Between a connection and the account of clients: who a client is, and what of its socket and its session is told.

import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.ts";
import type { ConnectionAccount } from "./client-account.ts";
import { keyOf } from "./credentials.ts";
import { isSecret } from "./secrets.ts";
import type { TargetEvent } from "./session-memory.ts";
import type { Served } from "./tricked-conversation.ts";

const naming = ["x-earshot-caller", "x-earshot-call", "openai-safety-identifier"] as const;
const NAME_CHARACTERS = 100;

/**
 * One caller, whatever connection it comes by: the name it gives itself in a header, else its key, which is shown as a checksum, else its
 * address. Ephemeral keys differ from connection to connection, so all who have one and no name are one caller.
 */
export function callerName(headers: IncomingHttpHeaders, address: string | undefined): string {
  const given = naming.map((name) => headers[name]).find((value) => typeof value === "string" && value !== "");
  if (given !== undefined) return String(given).slice(0, NAME_CHARACTERS);
  const key = keyOf(headers);
  if (key === undefined) return address ?? "unknown";
  return isSecret(key) ? "ephemeral keys" : `key ${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
}

/** The session, with all that it hears and says told to the account. */
export function watched(served: Served, account: ConnectionAccount): Served {
  return {
    ...(served.appendType === undefined ? {} : { appendType: served.appendType }),
    get nextUs() {
      return served.nextUs;
    },
    pinged: account.pinged,
    step(input, atUs) {
      account.heard(input, atUs);
      const commands = served.step(input, atUs);
      for (const command of commands) {
        if (command.type === "send") account.said(command.event as unknown as TargetEvent, atUs);
        else if (command.type === "drop") account.willEnd("fault");
        else if (command.type === "close") account.willEnd("ended");
      }
      return commands;
    },
  };
}

/** What a close without a frame is called. */
const CUT_CODE = 1006;

export function watchSocket(socket: WebSocket, line: Duplex, { account, clock }: { readonly account: ConnectionAccount; readonly clock: Clock }): void {
  let wasReset = false;
  line.once("error", (error: NodeJS.ErrnoException) => void (wasReset = error.code === "ECONNRESET"));
  socket.on("pong", () => account.ponged(clock.nowUs()));
  socket.once("close", (code) => account.ended(code !== CUT_CODE ? "closed" : wasReset ? "reset" : "cut", clock.nowUs()));
}
