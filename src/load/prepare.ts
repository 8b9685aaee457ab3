// Everything a run needs and can have before it starts, so that whatever is wrong is said before anything is written:
// the clips, their ready-made frames, the networks and the prices.

import { createFrameStore, type FrameSet } from "../audio/frame.ts";
import type { AudioFormat } from "../audio/format.ts";
import { unknownClip, type ClipStore } from "../audio/clip-store.ts";
import { didYouMean, failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { packageNames } from "../core/package-files.ts";
import { loadPriceBook, type PriceBook } from "../cost/price-book.ts";
import { parseNetwork, type Network } from "../faults/profile.ts";
import { cellsOf, type Cell } from "../plan/matrix.ts";
import { clipsOf, planOf, type ClipTimes, type Plan, type PlannedCall } from "../plan/plan.ts";
import type { SpokenFrames } from "../session/speak.ts";
import { readyMessage, type Masking } from "../transport/ready-message.ts";
import { canaryCall, canaryClips } from "./canary.ts";
import { maskingOf } from "./endpoints.ts";

export interface Prepared {
  readonly plan: Plan;
  /** By framesKey. */
  readonly frames: ReadonlyMap<string, SpokenFrames>;
  /** By the text that the cell's settings hold. */
  readonly networks: ReadonlyMap<string, Network>;
  readonly prices: PriceBook;
  /** A call like no other's, to the canaries' own target. */
  readonly canary: PlannedCall;
  /** Checksum of every clip that is said, by id: what makes two runs comparable. */
  readonly fixtures: Readonly<Record<string, string>>;
}

/** Resolves to all of it, or to every fault at once. Nothing is opened or written. */
export async function prepare(scenario: Plan["scenario"], clips: ClipStore, source: string): Promise<Result<Prepared>> {
  const cells = cellsOf(scenario);
  const ids = [...new Set(cells.flatMap((cell) => clipsOf(cell.settings)))];
  const issues: Issue[] = [...ids, ...canaryClips].filter((id) => !clips.find(id)).map((id) => ({ ...unknownClip(clips, id, source), path: "caller.turns" }));
  issues.push(...targetIssues(cells, source));
  const prices = loadPriceBook(scenario.prices);
  if (!prices.ok) issues.push(...prices.issues);
  const networks = new Map<string, Network>();
  for (const text of new Set(cells.map((cell) => cell.settings.network))) {
    const network = parseNetwork(text);
    if (network.ok) networks.set(text, network.value);
    else issues.push(...network.issues);
  }
  const plan = issues.length === 0 ? planOf(scenario, timesOf(ids, clips)) : undefined;
  issues.push(...windowIssues(plan, source));
  const canary = issues.length === 0 ? canaryCall(timesOf(canaryClips, clips)) : undefined;
  const frames = canary ? await prepareFrames([...cells, canary.cell], clips) : undefined;
  if (frames && !frames.ok) issues.push(...frames.issues);
  if (!plan || !canary || !frames?.ok || !prices.ok) return failed(...issues);

  return ok({
    plan,
    frames: frames.value,
    networks,
    prices: prices.value,
    canary,
    fixtures: Object.fromEntries(ids.map((id) => [id, clips.find(id)?.sha256 ?? ""])),
  });
}

/** In a run by time every caller is there all along: what would leave some out, or is more than this machine can be asked for. */
function windowIssues(plan: Plan | undefined, source: string): Issue[] {
  return (plan?.groups ?? []).flatMap(({ calls, concurrency, windowEndUs }): Issue[] => {
    if (windowEndUs === undefined) return [];
    if (concurrency < calls.length) {
      const message = `${concurrency} lets only so many of the ${calls.length} callers speak, because with load.duration a call lasts to the end; leave it out, or set it to ${calls.length}`;
      return [{ source, path: "load.concurrency", message }];
    }
    if (calls.length <= limits.sessions) return [];
    return [{ source, path: "load.sessions", message: `makes ${calls.length} callers at once in all cells; at most ${limits.sessions}` }];
  });
}

/** Profiles and scripts that the embedded target does not have. */
function targetIssues(cells: readonly Cell[], source: string): Issue[] {
  const wanted = cells.flatMap(({ settings: { target } }) => (target.provider === "embedded" ? [{ profiles: target.profile, scripts: target.script }] : []));
  return (["profiles", "scripts"] as const).flatMap((kind) => {
    const known = packageNames(["fixtures", kind], ".json");
    const missing = [...new Set(wanted.map((target) => target[kind]))].filter((name) => !known.includes(name));
    return missing.map((name): Issue => {
      const meant = didYouMean(name, known);
      return {
        source,
        path: `target.${kind.slice(0, -1)}`,
        message: `there is no "${name}"${meant ? `; did you mean "${meant}"?` : ""} (there are ${known.join(", ")})`,
      };
    });
  });
}

/** Cells that say the clip in the same pieces, to a server that takes the same masks, share its frames. */
export const framesKey = (cell: Cell, clip: string): string =>
  `${clip} ${cell.settings.session.inputFormat} ${cell.settings.session.frameMs} ${maskingOf(cell)}`;

async function prepareFrames(cells: readonly Cell[], clips: ClipStore): Promise<Result<ReadonlyMap<string, SpokenFrames>>> {
  const store = createFrameStore(clips);
  const sets = new Map<string, SpokenFrames>();
  const issues: Issue[] = [];
  for (const cell of cells) {
    for (const say of clipsOf(cell.settings)) {
      if (sets.has(framesKey(cell, say))) continue;
      const format: AudioFormat = cell.settings.session.inputFormat;
      const wire = await clips.wire(say, format);
      if (!wire.ok) issues.push(...wire.issues);
      else sets.set(framesKey(cell, say), readyFrames(await store.prepare(say, format, cell.settings.session.frameMs), maskingOf(cell)));
    }
  }
  return issues.length > 0 ? failed(...issues) : ok(sets);
}

const readyFrames = ({ messages, silence }: FrameSet, masking: Masking): SpokenFrames => ({
  messages: messages.map((message) => readyMessage(message, masking)),
  silence: readyMessage(silence, masking),
});

function timesOf(ids: readonly string[], clips: ClipStore): ReadonlyMap<string, ClipTimes> {
  return new Map(
    ids.flatMap((id) => {
      const clip = clips.find(id);
      const first = clip?.segments[0];
      const last = clip?.segments.at(-1);
      return clip && first && last
        ? [[id, { durationMs: clip.durationMs, speechStartMs: first.startMs, speechEndMs: last.endMs, ...pausesOf(clip.segments) }] as const]
        : [];
    }),
  );
}

/** Between the stretches of speech; absent in most clips, which have none. */
function pausesOf(segments: readonly { readonly startMs: number; readonly endMs: number }[]): Pick<ClipTimes, "pausesMs"> {
  const pausesMs = segments.slice(1).map((segment, index) => segment.startMs - (segments[index]?.endMs ?? 0));
  return pausesMs.length > 0 ? { pausesMs } : {};
}
