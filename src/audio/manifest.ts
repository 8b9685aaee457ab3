// What a folder of clips says about itself: `manifest.json`, its types and its checks. Only the text is looked at here;
// whether the files agree with it is verify-clip.ts.

import { z } from "zod";

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";

export const clipIdPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const languagePattern = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const timeMs = z.number().nonnegative();
/** endMs is the instant of the last voiced sample: what voice-to-voice latency counts from. */
const segment = z.strictObject({ startMs: timeMs, endMs: timeMs });
const word = z.strictObject({ text: z.string().min(1), startMs: timeMs, endMs: timeMs });
const marker = z.strictObject({ name: z.string().min(1), atMs: timeMs });

const isInside = (file: string): boolean => !/^([/\\]|[A-Za-z]:)|\\|\0/.test(file) && !file.split("/").includes("..");

const clip = z.strictObject({
  id: z.string().regex(clipIdPattern, "must be lower-case words joined by hyphens, like order-status"),
  /** Below the manifest's folder, with forward slashes. */
  file: z.string().min(1).refine(isInside, "must be a path inside the manifest's folder, with forward slashes"),
  /** A translation says in another language what a caller's clip says. */
  role: z.enum(["caller", "answer", "translation"]),
  /** The caller's clip that a translation is of; no other clip has it. */
  of: z.string().regex(clipIdPattern).optional(),
  text: z.string().min(1),
  language: z.string().regex(languagePattern, "must be a language tag such as en or pt-BR"),
  voice: z.string(),
  sampleRateHz: z.int().positive(),
  channels: z.int().positive(),
  durationMs: timeMs,
  segments: z.array(segment).min(1),
  words: z.array(word),
  /** exact comes from the synthesiser, estimated is spread over the segments by the words' letters. */
  wordTimes: z.enum(["exact", "estimated"]),
  /** Named instants, for example where a word to be translated ends. */
  markers: z.array(marker),
  /** Names of sets the clip is in. */
  labels: z.array(z.string().min(1)),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"),
  licence: z.string().min(1),
  /** How the sound was made, or "recorded". */
  recipe: z.string().min(1),
});

const manifest = z.strictObject({ version: z.literal(1), clips: z.array(clip) });

export type Clip = Readonly<z.infer<typeof clip>>;
export type Manifest = { readonly version: 1; readonly clips: readonly Clip[] };

/** The manifest in the text, or every fault in it at once: JSON, shape, doubled ids and files, times out of order or outside the clip. */
export function parseManifest(text: string, source: string): Result<Manifest> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed({ source, message: `is not JSON: ${(error as SyntaxError).message}` });
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) return failed(...parsed.error.issues.map((issue): Issue => ({ source, path: pathOf(issue.path), message: issue.message })));
  const { clips } = parsed.data;
  const times = clips.flatMap((entry, index) => timeIssues(entry, `clips[${index}]`, source));
  const issues = [...repeated(clips, source), ...sourceIssues(clips, source), ...times];
  return issues.length === 0 ? ok(parsed.data) : failed(...issues);
}

/** The manifest as it is stored: the same text for the same clips, one line a clip so that changes can be read. */
export function formatManifest({ version, clips }: Manifest): string {
  const lines = clips.map((entry) => `    ${JSON.stringify(entry)}`);
  return `{\n  "version": ${version},\n  "clips": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`)).join("");

function repeated(clips: readonly Clip[], source: string): Issue[] {
  return (["id", "file"] as const).flatMap((key) =>
    clips.flatMap((entry, index) => {
      const first = clips.findIndex((other) => other[key] === entry[key]);
      return first === index ? [] : [{ source, path: `clips[${index}].${key}`, message: `"${entry[key]}" is already the ${key} of clips[${first}]` }];
    }),
  );
}

/** A source may be in another manifest, so only its being named is asked for. */
function sourceIssues(clips: readonly Clip[], source: string): Issue[] {
  return clips.flatMap((entry, index) =>
    (entry.role === "translation") === (entry.of !== undefined)
      ? []
      : [{ source, path: `clips[${index}].of`, message: "names the caller's clip that a translation is of; translations have it, other clips don't" }],
  );
}

function timeIssues(entry: Clip, path: string, source: string): Issue[] {
  const issues: Issue[] = [];
  for (const [list, spans] of [
    ["segments", entry.segments],
    ["words", entry.words],
  ] as const) {
    let previousMs = 0;
    spans.forEach((span, index) => {
      const at = { source, path: `${path}.${list}[${index}]` };
      if (span.endMs < span.startMs) issues.push({ ...at, message: `ends at ${span.endMs} ms, before it starts at ${span.startMs} ms` });
      if (span.startMs < previousMs) issues.push({ ...at, message: `starts at ${span.startMs} ms, before the one before it ends at ${previousMs} ms` });
      if (span.endMs > entry.durationMs) issues.push({ ...at, message: `ends at ${span.endMs} ms; the clip "${entry.id}" lasts ${entry.durationMs} ms` });
      previousMs = span.endMs;
    });
  }
  return issues;
}
