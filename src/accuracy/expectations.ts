// What was expected of a turn and what happened in it, to whether each expectation was met, and why or why not.

import { fitsSchema, isEqualJson, type JsonSchema } from "../protocol/json-schema.ts";
import { normalise } from "./normalise.ts";
import type { TranscriptErrors } from "./word-errors.ts";

export interface ExpectedCall {
  readonly name: string;
  /** These must be equal; others may be there. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** Of all arguments. */
  readonly schema?: JsonSchema;
}

export interface Expected {
  /** The largest word error rate that is good enough. */
  readonly transcript?: { readonly wer: number };
  readonly tool?: ExpectedCall | readonly ExpectedCall[];
  readonly answer?: { readonly contains?: string | readonly string[]; readonly matches?: string };
  readonly answeredWithinMs?: number;
}

export interface Happened {
  readonly callerTranscript?: string | undefined;
  readonly transcriptErrors?: TranscriptErrors | undefined;
  /** In their order; arguments as the model wrote them. */
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly answerTranscript?: string | undefined;
  /** From the end of speech to the answer, absent without one. */
  readonly answeredMs?: number | undefined;
}

export interface Judgement {
  readonly what: "transcript" | "tool" | "answer" | "answeredWithinMs";
  readonly met: boolean;
  /** What was found, for people. */
  readonly why: string;
}

/** Rows stay readable: a quotation in them ends here. */
const QUOTED_LENGTH = 200;
const quoted = (text: string): string => (text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH - 1)}…` : text);

/** One judgement an expectation; one a call where several are expected. */
export function judgeTurn(expected: Expected, happened: Happened): readonly Judgement[] {
  const { transcript, tool, answer, answeredWithinMs } = expected;
  return [
    ...(transcript ? [judgeTranscript(transcript.wer, happened)] : []),
    ...(tool ? judgeCalls("name" in tool ? [tool] : tool, happened.calls) : []),
    ...(answer ? [judgeAnswer(answer, happened.answerTranscript)] : []),
    ...(answeredWithinMs === undefined ? [] : [judgeTime(answeredWithinMs, happened.answeredMs)]),
  ];
}

function judgeTranscript(most: number, { callerTranscript, transcriptErrors }: Happened): Judgement {
  if (callerTranscript === undefined || !transcriptErrors) return { what: "transcript", met: false, why: "no transcript came before the turn was over" };
  const { words, wordErrors } = transcriptErrors;
  return { what: "transcript", met: wordErrors / words <= most, why: `${wordErrors} of ${words} words wrong, at most ${most}: ${quoted(callerTranscript)}` };
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // fits nothing that is expected of them, and is quoted in the judgement
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function fitsCall(expected: ExpectedCall, call: Happened["calls"][number]): boolean {
  if (call.name !== expected.name) return false;
  const given = argumentsOf(call.arguments);
  if (!isMap(given)) return false;
  const areEqual = Object.entries(expected.arguments ?? {}).every(([name, value]) => Object.hasOwn(given, name) && isEqualJson(value, given[name]));
  return areEqual && (expected.schema === undefined || fitsSchema(given, expected.schema));
}

const callText = (call: ExpectedCall): string =>
  `${call.name}${call.arguments ? ` ${JSON.stringify(call.arguments)}` : ""}${call.schema === undefined ? "" : ` by ${JSON.stringify(call.schema)}`}`;

/** No call of the model serves two expectations. */
function judgeCalls(expected: readonly ExpectedCall[], calls: Happened["calls"]): readonly Judgement[] {
  const left = [...calls];
  const made = calls.map((call) => `${call.name} ${call.arguments}`).join(", ");
  return expected.map((wanted) => {
    const index = left.findIndex((call) => fitsCall(wanted, call));
    const found = index < 0 ? undefined : left.splice(index, 1)[0];
    if (found) return { what: "tool", met: true, why: quoted(`called ${found.name} ${found.arguments}`) };
    return { what: "tool", met: false, why: `${quoted(callText(wanted))} expected, ${made === "" ? "nothing called" : quoted(`called ${made}`)}` };
  });
}

function judgeAnswer({ contains = [], matches }: NonNullable<Expected["answer"]>, transcript: string | undefined): Judgement {
  if (transcript === undefined) return { what: "answer", met: false, why: "no answer with a transcript came in time" };
  const said = normalise(transcript);
  const missing = (typeof contains === "string" ? [contains] : contains).filter((text) => !said.includes(normalise(text)));
  const isMatch = matches === undefined || new RegExp(matches, "iu").test(transcript);
  const wanted = [...missing.map((text) => JSON.stringify(text)), ...(isMatch ? [] : [`/${matches}/`])];
  return { what: "answer", met: wanted.length === 0, why: `${wanted.length > 0 ? `${wanted.join(", ")} not in ` : ""}${quoted(transcript)}` };
}

function judgeTime(mostMs: number, answeredMs: number | undefined): Judgement {
  if (answeredMs === undefined) return { what: "answeredWithinMs", met: false, why: `no answer, ${mostMs} ms allowed` };
  return { what: "answeredWithinMs", met: answeredMs <= mostMs, why: `${Math.round(answeredMs)} ms, ${mostMs} ms allowed` };
}
