// Carries out on a socket what only a trick asks for.

import type { WebSocket } from "ws";
import type { NoteRow } from "./ground-truth.ts";
import type { TrickCommand } from "./tricked-conversation.ts";

export function carryOutTrick(socket: WebSocket, command: TrickCommand, writeNote: (row: NoteRow) => void): void {
  switch (command.type) {
    case "raw":
      return socket.send(command.text);
    case "drop":
      return socket.terminate();
    case "pause":
      return socket.pause();
    case "resume":
      return socket.resume();
    case "trick":
      return writeNote(command.row);
  }
}
