// A user's own recording becomes a clip: its speech is found, the file is copied into the folder of clips and described in the
// manifest. Either all of that happens or nothing.

import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

import type { Issue, Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { manifestPath, readManifest, sha256 } from "./clip-store.ts";
import { decodeAudio } from "./decode.ts";
import { audibleDbfs, audibleLevel } from "./energy.ts";
import { estimateWords } from "./estimate-words.ts";
import { formats } from "./format.ts";
import type { Clip, Manifest } from "./manifest.ts";
import { clipIdPattern, formatManifest, languagePattern } from "./manifest.ts";
import type { DecodedAudio } from "./pcm.ts";
import { durationMs, fromInt16, mixToMono, toInt16 } from "./pcm.ts";
import { resample } from "./resample.ts";
import { findSegments } from "./segments.ts";
import { encodeWav } from "./wav.ts";

/** Translations are made by tools/fixtures only. */
type RecordedRole = Exclude<Clip["role"], "translation">;

export interface NewClip {
  /** A WAV or FLAC file; it is left as it is. */
  readonly file: string;
  /** What is said in it. */
  readonly text: string;
  /** The folder of clips; it is made, with its manifest, when it is not there. */
  readonly root: string;
  /** By default the file's name in lower case with hyphens. */
  readonly id?: string;
  /** BCP 47, by default en. */
  readonly language?: string;
  /** By default caller. An answer is stored as 24 kHz mono from its first audible sample to its last. */
  readonly role?: RecordedRole;
  readonly licence?: string;
  /** Take the place of the clip that has the id. */
  readonly replace?: boolean;
}

interface Sound {
  readonly audio: DecodedAudio;
  readonly bytes: Buffer;
  readonly extension: string;
}

/** The clip as it now stands in the manifest, or everything that keeps it from being added; then no file has changed. */
export async function addClip(wanted: NewClip): Promise<Result<Clip>> {
  const { file, text, root, language = "en", role = "caller", licence = "not stated" } = wanted;
  const id = wanted.id ?? idFromFile(file);
  const issues: Issue[] = [...wordingIssues({ id, text, language, licence }, file)];
  const read = await readManifest(root);
  const sound = await readSound(file, role);
  for (const result of [read, sound]) if (!result.ok) issues.push(...result.issues);
  const manifest: Manifest = (read.ok ? read.value : undefined) ?? { version: 1, clips: [] };
  const old = manifest.clips.find((clip) => clip.id === id);
  if (old && !wanted.replace)
    issues.push({ source: manifestPath(root), path: id, message: `there is a clip "${id}" already; choose another id or ask to replace it` });

  const segments = sound.ok ? segmentsOf(sound.value.audio, role) : [];
  if (sound.ok && segments.length === 0) {
    issues.push({
      source: file,
      message: role === "answer" ? `holds nothing as loud as ${audibleDbfs} dBFS` : "holds no speech: only silence, noise or a steady tone",
    });
  }
  if (issues.length > 0 || !sound.ok) return failed(...issues);

  const { audio, bytes, extension } = sound.value;
  const clip: Clip = {
    id,
    file: `${role === "caller" ? "caller" : "answers"}/${language}/${id}${extension}`,
    role,
    text: text.trim(),
    language,
    voice: "",
    sampleRateHz: audio.sampleRateHz,
    channels: audio.channels.length,
    durationMs: Math.round(durationMs(audio) * 100) / 100,
    segments,
    words: estimateWords(text, language, segments),
    wordTimes: "estimated",
    markers: [],
    labels: [],
    sha256: sha256(bytes),
    licence,
    recipe: "recorded",
  };
  const stranger = await strangerAt(join(root, clip.file), clip, manifest);
  if (stranger) return failed(stranger);
  const clips = old ? manifest.clips.map((entry) => (entry.id === id ? clip : entry)) : [...manifest.clips, clip];
  const stored = await store(root, clip, bytes, { version: 1, clips });
  if (stored) return failed(stored);
  if (old && old.file !== clip.file) await rm(join(root, old.file), { force: true });
  return ok(clip);
}

function idFromFile(file: string): string {
  const name = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return name.replace(/^-|-$/g, "");
}

function wordingIssues(clip: { readonly id: string; readonly text: string; readonly language: string; readonly licence: string }, source: string): Issue[] {
  const issues: Issue[] = [];
  if (!clipIdPattern.test(clip.id)) issues.push({ source, path: "id", message: `"${clip.id}" must be lower-case words joined by hyphens, like order-status` });
  if (clip.licence.trim() === "") issues.push({ source, path: "licence", message: "must not be empty" });
  if (!isLanguage(clip.language)) issues.push({ source, path: "language", message: `"${clip.language}" must be a language tag such as en or pt-BR` });
  if (!/[\p{L}\p{N}]/u.test(clip.text)) issues.push({ source, path: "text", message: "must be the words that are said" });
  return issues;
}

function isLanguage(tag: string): boolean {
  try {
    return languagePattern.test(tag) && Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

async function readSound(file: string, role: RecordedRole): Promise<Result<Sound>> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > limits.audioFileBytes) return failed({ source: file, message: `is larger than ${limits.audioFileBytes / 2 ** 20} MiB` });
    bytes = await readFile(file);
  } catch (error) {
    return failed({ source: file, message: `cannot be read: ${(error as Error).message}` });
  }
  const decoded = await decodeAudio(bytes, file);
  if (!decoded.ok) return decoded;
  if (role === "answer") return ok(await trimmedAnswer(decoded.value));
  return ok({ audio: decoded.value, bytes, extension: bytes.subarray(0, 4).toString("latin1") === "fLaC" ? ".flac" : ".wav" });
}

/** The target counts on the first sample of an answer being the first one heard, so it is cut at the rate it is sent with. */
async function trimmedAnswer(audio: DecodedAudio): Promise<Sound> {
  const { sampleRateHz } = formats.pcm24k;
  const samples = toInt16(await resample(mixToMono(audio), audio.sampleRateHz, sampleRateHz));
  const isAudible = (sample: number): boolean => Math.abs(sample) / 32_768 >= audibleLevel;
  const first = samples.findIndex(isAudible);
  const trimmed = first < 0 ? new Int16Array(0) : samples.slice(first, samples.findLastIndex(isAudible) + 1);
  return { audio: { sampleRateHz, channels: [fromInt16(trimmed)] }, bytes: encodeWav(trimmed, 1, sampleRateHz), extension: ".wav" };
}

function segmentsOf(audio: DecodedAudio, role: RecordedRole): Clip["segments"] {
  return findSegments(mixToMono(audio), audio.sampleRateHz, role === "answer" ? { level: audibleLevel, minPieceMs: 0 } : {});
}

/** A file in the way that is not this clip's own is somebody's, and is not written over. */
async function strangerAt(path: string, clip: Clip, manifest: Manifest): Promise<Issue | undefined> {
  const owner = manifest.clips.find((entry) => entry.file === clip.file);
  if (owner) return owner.id === clip.id ? undefined : { source: path, message: `is in the way: it is the recording of clip "${owner.id}"` };
  try {
    const present = await readFile(path);
    return sha256(present) === clip.sha256 ? undefined : { source: path, message: "is in the way: another recording, which no entry of the manifest names" };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return { source: path, message: `cannot be read: ${(error as Error).message}` };
  }
}

/** Both files are written in full beside their places and then moved, so that a full disk or a crash leaves the old ones. */
async function store(root: string, clip: Clip, bytes: Buffer, manifest: Manifest): Promise<Issue | undefined> {
  const writes = [
    { path: join(root, clip.file), contents: bytes },
    { path: manifestPath(root), contents: formatManifest(manifest) },
  ].map((write) => ({ ...write, draft: `${write.path}.${process.pid}.tmp` }));
  try {
    for (const { path, contents, draft } of writes) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, contents);
    }
    for (const { path, draft } of writes) await rename(draft, path);
    return undefined;
  } catch (error) {
    await Promise.all(writes.map(({ draft }) => rm(draft, { force: true })));
    return { source: root, message: `cannot be written: ${(error as Error).message}` };
  }
}
