// A connection cut by RST once so much has passed, both ways together, as a proxy with a quota does it. Counted as bytes
// arrive, so what is cut is the segment after the one that reaches the limit.

import { ok } from "../core/issues.ts";
import type { Fault } from "./fault.ts";
import { wrong } from "./fault.ts";

export interface ResetAfter {
  readonly bytes: number;
}

const unitBytes = { B: 1, kB: 1_000, MB: 1_000_000 } as const;

export const resetAfter: Fault<"resetAfter", ResetAfter> = {
  key: "resetAfter",
  words: [
    {
      word: "reset-after",
      example: "reset-after:200kB",
      meaning: "connection reset once so many bytes arrived, both ways together, handshakes included; B, kB or MB",
      read({ text, value }) {
        const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(B|kB|MB)$/.exec(value) ?? [];
        if (number === undefined) return wrong(`"${text}" needs a number of bytes in B, kB or MB, as in reset-after:200kB`);
        const bytes = Math.round(Number(number) * unitBytes[unit as keyof typeof unitBytes]);
        return bytes === 0 ? wrong(`"${text}" leaves no byte to be sent: for a connection that is reset at once write reset@0ms`) : ok({ bytes });
      },
    },
  ],
  join: () => undefined,
  format: ({ bytes }) => [`reset-after:${bytesText(bytes)}`],
  connection({ bytes }, { reset }) {
    let passedBytes = 0;
    return {
      onBytes(sizeBytes) {
        passedBytes += sizeBytes;
        if (passedBytes >= bytes) reset();
      },
    };
  },
};

function bytesText(bytes: number): string {
  if (bytes % unitBytes.MB === 0) return `${bytes / unitBytes.MB}MB`;
  return bytes % unitBytes.kB === 0 ? `${bytes / unitBytes.kB}kB` : `${bytes}B`;
}
