// Browsers that get events of a run (server-sent events). Nobody is waited for and nothing is kept for anybody: who does not
// read what was sent is cut off, and its page comes back by itself.

import { limits } from "../core/limits.ts";

/** What is needed of a ServerResponse. */
export interface Listener {
  write(text: string): unknown;
  end(text: string): unknown;
  destroy(): unknown;
  once(event: "close", gone: () => void): unknown;
  /** Bytes that were written and not yet taken by the system. */
  readonly writableLength: number;
}

export interface Audience {
  /** False where the house is full. */
  add(listener: Listener): boolean;
  send(event: string, data: unknown): void;
  /** The last event, after which nobody needs to come back; resolves when all have it or are gone. */
  finish(event: string): Promise<void>;
  readonly size: number;
}

/** JSON has no line break that would end an event. */
const eventText = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export function createAudience(): Audience {
  const listeners = new Set<Listener>();
  return {
    add(listener) {
      if (listeners.size >= limits.watchers) return false;
      listeners.add(listener);
      listener.once("close", () => listeners.delete(listener));
      return true;
    },
    send(event, data) {
      if (listeners.size === 0) return;
      const text = eventText(event, data);
      for (const listener of listeners) {
        if (listener.writableLength <= limits.watcherBytes) listener.write(text);
        else {
          listeners.delete(listener);
          listener.destroy();
        }
      }
    },
    async finish(event) {
      const text = eventText(event, {});
      const gone = [...listeners].map((listener) => {
        const closed = new Promise<void>((resolve) => void listener.once("close", resolve));
        listener.end(text);
        return closed;
      });
      await Promise.all(gone);
    },
    get size() {
      return listeners.size;
    },
  };
}
