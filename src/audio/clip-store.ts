// The clips a run can say, from one or more folders with a manifest.json each. The door to their files.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import type { Issue, Result } from "../core/issues.ts";
import { didYouMean, failed, ok } from "../core/issues.ts";
import { decodeAudio } from "./decode.ts";
import type { AudioFormat } from "./format.ts";
import type { Clip, Manifest } from "./manifest.ts";
import { parseManifest } from "./manifest.ts";
import type { DecodedAudio } from "./pcm.ts";
import { clipIssues } from "./verify-clip.ts";
import { toWire } from "./wire.ts";

export interface ClipStore {
  /** The folders it was opened with, for another thread to open it again. */
  readonly roots: readonly string[];
  /** Every clip that an id finds, those of earlier roots first. */
  readonly clips: readonly Clip[];
  find(id: string): Clip | undefined;
  /** The decoded file, once its checksum is right. Read once and kept. */
  load(id: string): Promise<Result<DecodedAudio>>;
  /** The bytes a caller sends. Made once per clip and format and shared: not to be written to. */
  wire(id: string, format: AudioFormat): Promise<Result<Buffer>>;
  /** Every disagreement between the manifests and the files, of all roots; empty when there is none. */
  verify(): Promise<readonly Issue[]>;
}

interface Root {
  readonly folder: string;
  readonly manifest: Manifest;
}

export const manifestPath = (root: string): string => join(root, "manifest.json");
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Of clips with the same id the one in the earlier root counts. A root without a manifest is passed over, unless it is the last. */
export async function openClipStore(roots: readonly string[]): Promise<Result<ClipStore>> {
  const read = await Promise.all(roots.map((folder) => readManifest(folder)));
  const issues = read.flatMap((result) => (result.ok ? [] : result.issues));
  const last = read.at(-1);
  if (last?.ok && !last.value) issues.push({ source: manifestPath(roots.at(-1) as string), message: "does not exist; it lists the clips" });
  if (issues.length > 0) return failed(...issues);
  const found = read.flatMap((result, index): Root[] => (result.ok && result.value ? [{ folder: roots[index] as string, manifest: result.value }] : []));
  return ok(createStore(found, roots));
}

/** The manifest of a folder, undefined where there is none. */
export async function readManifest(folder: string): Promise<Result<Manifest | undefined>> {
  const source = manifestPath(folder);
  try {
    return parseManifest(await readFile(source, "utf8"), source);
  } catch (error) {
    return isMissing(error) ? ok(undefined) : failed({ source, message: `cannot be read: ${(error as Error).message}` });
  }
}

/** What to say about an id that no manifest has. */
export function unknownClip(store: Pick<ClipStore, "clips">, id: string, source: string): Issue {
  const near = didYouMean(
    id,
    store.clips.map((clip) => clip.id),
  );
  return { source, message: `there is no clip "${id}"${near ? `; did you mean "${near}"?` : ""}` };
}

function createStore(roots: readonly Root[], folders: readonly string[]): ClipStore {
  const byId = new Map<string, { readonly clip: Clip; readonly folder: string }>();
  for (const { folder, manifest } of roots) {
    for (const clip of manifest.clips) if (!byId.has(clip.id)) byId.set(clip.id, { clip, folder });
  }
  const clips = [...byId.values()].map(({ clip }) => clip);
  const decoded = new Map<string, Promise<Result<DecodedAudio>>>();
  const encoded = new Map<string, Promise<Result<Buffer>>>();
  const load = (id: string): Promise<Result<DecodedAudio>> => {
    const entry = byId.get(id);
    if (!entry) return Promise.resolve(failed(unknownClip({ clips }, id, "clips")));
    return once(decoded, id, () => readClip(entry.folder, entry.clip));
  };
  return {
    roots: folders,
    clips,
    find: (id) => byId.get(id)?.clip,
    load,
    wire: (id, format) =>
      once(encoded, `${id} ${format}`, async () => {
        const audio = await load(id);
        return audio.ok ? ok(await toWire(audio.value, format)) : audio;
      }),
    verify: async () => (await Promise.all(roots.map(verifyRoot))).flat(),
  };
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const existing = made.get(key);
  if (existing) return existing;
  const created = make();
  made.set(key, created);
  return created;
}

async function readClip(folder: string, clip: Clip): Promise<Result<DecodedAudio>> {
  const source = join(folder, clip.file);
  let bytes: Buffer;
  try {
    bytes = await readFile(source);
  } catch (error) {
    return failed({ source, message: isMissing(error) ? `does not exist; it is clip "${clip.id}"` : `cannot be read: ${(error as Error).message}` });
  }
  const actual = sha256(bytes);
  if (actual !== clip.sha256) {
    return failed({ source, message: `is not the file the manifest describes: its SHA-256 is ${actual}, clip "${clip.id}" has ${clip.sha256}` });
  }
  return decodeAudio(bytes, source);
}

async function verifyRoot({ folder, manifest }: Root): Promise<Issue[]> {
  const source = manifestPath(folder);
  const issues: Issue[] = [];
  for (const clip of manifest.clips) {
    const audio = await readClip(folder, clip);
    issues.push(...(audio.ok ? clipIssues(clip, audio.value, source) : audio.issues));
  }
  const named = new Set(manifest.clips.map((clip) => clip.file));
  const present = (await Promise.all(["caller", "answers", "translations"].map((part) => filesBelow(folder, part)))).flat();
  const strangers = present.filter((file) => !named.has(file)).toSorted();
  return [...issues, ...strangers.map((file): Issue => ({ source: join(folder, file), message: "no entry of the manifest names this file" }))];
}

async function filesBelow(folder: string, part: string): Promise<string[]> {
  try {
    const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
