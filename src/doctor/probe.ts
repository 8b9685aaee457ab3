// What an unknown server takes, found out by asking: a session.update for each format and effort, and what it answers. It
// costs nothing; a server that says yes to everything is believed.

import { allFormats, turnDetectionKinds, type Capabilities, type Dialect, type TurnDetectionKind } from "../protocol/capabilities.ts";
import { betaFormats } from "../protocol/beta-session.ts";
import { wireFormats, type FormatName } from "../protocol/audio-format.ts";
import { reasoningEfforts } from "../protocol/session-config.ts";
import { errorOf, recordField, type EventFields } from "../session/server-fields.ts";
import type { ServerSaid, Talk } from "./talk.ts";

const ANSWER_LIMIT_MS = 3_000;

export interface Probe {
  readonly dialect: Dialect;
  readonly formats: readonly FormatName[];
  readonly turnDetection: readonly TurnDetectionKind[];
  readonly efforts: Capabilities["efforts"];
  /** Why session.update was refused in both dialects; absent where one was taken. */
  readonly refused?: string;
}

type Answer = { readonly session: EventFields } | { readonly refused: string };

async function ask(talk: Talk, session: object): Promise<Answer> {
  if (talk.close) return { refused: "the session is over" };
  talk.send({ type: "session.update", session });
  const said = await talk.next(["session.updated", "error"], ANSWER_LIMIT_MS);
  if (said?.type === "session.updated") return { session: recordField(said, "session") ?? {} };
  return { refused: said ? messageOf(said) : "no answer to session.update" };
}

const messageOf = (said: ServerSaid): string => errorOf(recordField(said, "error") ?? { message: said["error"], ...said }).message;

const wireDetections = { manual: null, semantic: { type: "semantic_vad" }, server: { type: "server_vad" } } as const;
type WireDetection = (typeof wireDetections)[TurnDetectionKind];

const updates = {
  ga: {
    plain: { type: "realtime", instructions: "Answer briefly." },
    format: (name: FormatName) => ({ type: "realtime", audio: { input: { format: wireFormats[name] }, output: { format: wireFormats[name] } } }),
    effort: (effort: string) => ({ type: "realtime", reasoning: { effort } }),
    turnDetection: (detection: WireDetection) => ({ type: "realtime", audio: { input: { turn_detection: detection } } }),
  },
  beta: {
    plain: { instructions: "Answer briefly.", modalities: ["audio", "text"] },
    format: (name: FormatName) => ({ input_audio_format: betaFormats[name], output_audio_format: betaFormats[name] }),
    effort: (effort: string) => ({ reasoning: { effort } }),
    turnDetection: (detection: WireDetection) => ({ turn_detection: detection }),
  },
} as const;

/** The name of the output format that a session object confirms; undefined where it says none that we know. */
function confirmedFormat(session: EventFields): FormatName | undefined {
  const format = recordField(recordField(recordField(session, "audio"), "output"), "format");
  const flat = session["output_audio_format"];
  return allFormats.find((name) => (format ? format["type"] === wireFormats[name].type : flat === betaFormats[name]));
}

/** Servers that know no reasoning leave it out of the session that they confirm. */
const confirms = (session: EventFields, effort: string): boolean => recordField(session, "reasoning")?.["effort"] === effort;

/** A server that says nothing of turn detection in its session is not believed to judge words. */
function confirmsDetection(session: EventFields, kind: TurnDetectionKind): boolean {
  const input = recordField(recordField(session, "audio"), "input");
  const said = input && "turn_detection" in input ? input["turn_detection"] : session["turn_detection"];
  if (said === undefined) return kind !== "semantic";
  return kind === "manual" ? said === null : recordField({ said }, "said")?.["type"] === wireDetections[kind].type;
}

export async function probe(talk: Talk): Promise<Probe> {
  const ga = await ask(talk, updates.ga.plain);
  const beta = "refused" in ga ? await ask(talk, updates.beta.plain) : undefined;
  const dialect: Dialect = beta && "session" in beta ? "beta" : "ga";
  if ("refused" in ga && (!beta || "refused" in beta)) return { dialect: "ga", formats: [], turnDetection: [], efforts: [], refused: ga.refused };
  const formats: FormatName[] = [];
  for (const name of allFormats) {
    const answer = await ask(talk, updates[dialect].format(name));
    if ("session" in answer && (confirmedFormat(answer.session) ?? "pcm24k") === name) formats.push(name);
  }
  const efforts: Capabilities["efforts"][number][] = [];
  for (const effort of reasoningEfforts) {
    const answer = await ask(talk, updates[dialect].effort(effort));
    if ("session" in answer && confirms(answer.session, effort)) efforts.push(effort);
  }
  const turnDetection: TurnDetectionKind[] = [];
  for (const kind of turnDetectionKinds) {
    const answer = await ask(talk, updates[dialect].turnDetection(wireDetections[kind]));
    if ("session" in answer && confirmsDetection(answer.session, kind)) turnDetection.push(kind);
  }
  return { dialect, formats, turnDetection, efforts };
}
