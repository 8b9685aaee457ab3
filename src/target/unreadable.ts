// Messages that no session can take: not JSON, no object, binary, or an append whose audio is no audio.

import { limits } from "../core/limits.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";

export type Unreadable =
  | { readonly type: "unreadable"; readonly code: "invalid_json" | "invalid_event" }
  | { readonly type: "bad_audio"; readonly eventId?: string; readonly isTooLarge?: true };

export function unreadableFault(input: Unreadable): Fault {
  if (input.type === "bad_audio") {
    return input.isTooLarge
      ? fault("string_above_max_length", "audio", `Invalid 'audio': an append holds at most ${limits.appendBytes / 2 ** 20} MiB.`)
      : fault("invalid_value", "audio", "Invalid 'audio'. Expected base64-encoded audio bytes.");
  }
  const isJson = input.code === "invalid_json";
  return fault(input.code, null, isJson ? "We could not parse the JSON body of your event." : "Expected a text message that holds an event.");
}
