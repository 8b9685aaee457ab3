// What a server of the protocol may be asked for. A scenario that asks for more is refused before anything is dialled.

import type { FormatName } from "./audio-format.ts";
import { reasoningEfforts, type ReasoningEffort } from "./session-config.ts";

export const sessionKinds = ["conversation", "transcription", "translation"] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** How a server says at connect that it won't: HTTP 4xx at the upgrade, or an error event (and a close) after it. */
export const errorStyles = ["event", "http", "either"] as const;

/** The names of events and the shape of session.update: today's, or those of the beta that ended in May 2026. */
export const dialects = ["ga", "beta"] as const;
export type Dialect = (typeof dialects)[number];

/** How the end of a turn may be found: by silence, by what was said, or told by the caller. */
export const turnDetectionKinds = ["server", "semantic", "manual"] as const;
export type TurnDetectionKind = (typeof turnDetectionKinds)[number];

export interface Capabilities {
  readonly kinds: readonly SessionKind[];
  readonly turnDetection: readonly TurnDetectionKind[];
  readonly formats: readonly FormatName[];
  /** Empty where the model takes none. */
  readonly efforts: readonly ReasoningEffort[];
  /** Whether response.done says what the response cost. */
  readonly usage: boolean;
  readonly errors: (typeof errorStyles)[number];
  readonly events: Dialect;
}

export const allFormats: readonly FormatName[] = ["pcm24k", "pcmu", "pcma"];

/** Of gpt-realtime-2 and its successors. A date right behind `gpt-realtime-` names the model of 2025, which takes no effort. */
export const effortsOfModel = (model: string): readonly ReasoningEffort[] => (/^gpt-realtime-2(?:$|[.-])/.test(model) ? reasoningEfforts : []);
