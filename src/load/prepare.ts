// Everything a run needs and can have before it starts, so that whatever is wrong is said before anything is written:
// the clips, their ready-made frames, the networks and the prices.

import { createFrameStore, silentFrame, type FrameSet } from "../audio/frame.ts";
import type { AudioFormat } from "../audio/format.ts";
import { sha256, unknownClip, type ClipStore } from "../audio/clip-store.ts";
import { didYouMean, failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { packageNames } from "../core/package-files.ts";
import { loadPriceBook, type PriceBook } from "../cost/price-book.ts";
import { formatNetwork, parseNetwork, type Network } from "../faults/profile.ts";
import { expectedCalls } from "../plan/arrivals.ts";
import { documentsByCell } from "../plan/documents.ts";
import { withoutShare } from "../plan/caller-network.ts";
import { slowLinks } from "../plan/link-need.ts";
import { cellsOf, isSerial, type Cell } from "../plan/matrix.ts";
import { clipsOf, type Material } from "../plan/material.ts";
import { planOf, type Plan, type PlannedCall } from "../plan/plan.ts";
import type { ClipTimes } from "../plan/planned-turn.ts";
import { sayPath } from "../plan/say-path.ts";
import type { RunResult } from "../result/run-result.ts";
import type { SpokenFrames } from "../session/speak.ts";
import { readyMessage, type Masking } from "../transport/ready-message.ts";
import { canaryCall, canaryClips } from "./canary.ts";
import { clipSets } from "../plan/clip-sets.ts";
import { maskingOf } from "./endpoints.ts";

export interface Prepared {
  readonly plan: Plan;
  /** Where the plan is only this part of one. */
  readonly segment?: RunResult["segment"];
  /** By framesKey. */
  readonly frames: ReadonlyMap<string, SpokenFrames>;
  /** By the text that a caller's plan holds. */
  readonly networks: ReadonlyMap<string, Network>;
  readonly prices: PriceBook;
  /** A call like no other's, to the canaries' own target. */
  readonly canary: PlannedCall;
  /** What conversations hold before their first turn, by the cell's id. */
  readonly documents: ReadonlyMap<string, readonly string[]>;
  /** Checksum of every clip that is said, by id: what makes two runs comparable. */
  readonly fixtures: Readonly<Record<string, string>>;
}

/** What the files hold that a scenario names: the documents by their names, and the rows of each of caller.feeders. */
export interface NamedFiles {
  readonly documents?: ReadonlyMap<string, string>;
  readonly feeders?: Material["feeders"];
}

/** Resolves to all of it, or to every fault at once. Nothing is opened or written. */
export async function prepare(
  scenario: Plan["scenario"],
  clips: ClipStore,
  source: string,
  { documents = new Map(), feeders = [] }: NamedFiles = {},
): Promise<Result<Prepared>> {
  const cells = cellsOf(scenario);
  const sets = clipSets(
    cells.map(({ settings }) => settings.caller),
    clips,
    source,
  );
  const material: Material = { sets: sets.sets, feeders };
  const idsOf = ({ settings }: Cell): readonly string[] => clipsOf(settings.caller, material);
  const ids = [...new Set(cells.flatMap(idsOf))];
  const missing = [...ids, ...canaryClips].filter((id) => !clips.find(id));
  const issues: Issue[] = [...sets.issues, ...missing.map((id) => ({ ...unknownClip(clips, id, source), path: sayPath(scenario, id) }))];
  issues.push(...targetIssues(cells, source));
  const prices = loadPriceBook(scenario.prices);
  if (!prices.ok) issues.push(...prices.issues.map((issue) => (issue.source === "prices" ? { ...issue, source, path: "prices" } : issue)));
  const networks = new Map<string, Network>();
  for (const text of new Set(cells.map((cell) => cell.settings.network))) {
    const network = parseNetwork(text);
    if (network.ok) networks.set(formatNetwork(withoutShare(network.value)), withoutShare(network.value));
    else issues.push(...network.issues);
  }
  issues.push(...slowLinks(cells, source));
  issues.push(...arrivalIssues(scenario, cells, source));
  const plan = issues.length === 0 ? planOf(scenario, timesOf(ids, clips), material) : undefined;
  issues.push(...windowIssues(plan, source));
  const canary = issues.length === 0 ? canaryCall(timesOf(canaryClips, clips)) : undefined;
  const frames = canary
    ? await prepareFrames([...cells.map((cell) => ({ cell, ids: idsOf(cell) })), { cell: canary.cell, ids: canaryClips }], clips)
    : undefined;
  if (frames && !frames.ok) issues.push(...frames.issues);
  if (!plan || !canary || !frames?.ok || !prices.ok) return failed(...issues);

  return ok({
    plan,
    frames: frames.value,
    networks,
    prices: prices.value,
    canary,
    documents: documentsByCell(cells, documents),
    fixtures: Object.fromEntries([
      ...ids.map((id) => [id, clips.find(id)?.sha256 ?? ""]),
      ...(scenario.caller.feeders ?? []).map(({ file }, index) => [file, sha256(Buffer.from(JSON.stringify(feeders[index])))]),
    ]),
  });
}

/** More calls than a plan may hold are not planned to be counted. Cells that take turns share the arrivals, others have their own. */
function arrivalIssues(scenario: Plan["scenario"], cells: readonly Cell[], source: string): Issue[] {
  const serial = isSerial(scenario);
  const expected = (serial ? cells : cells.slice(0, 1)).flatMap(({ id, settings: { load } }) => {
    const { arrivals, durationMs = 0, warmUp, repeat = 1 } = load;
    const warmUpMs = warmUp && "durationMs" in warmUp ? warmUp.durationMs : 0;
    return arrivals ? [{ id, calls: Math.round(expectedCalls({ arrivals, durationMs, warmUpMs }) * repeat) }] : [];
  });
  const idle = expected.filter(({ calls }) => calls === 0).map(({ id }) => id);
  const issue = (message: string): Issue[] => [{ source, path: "load.arrivals", message }];
  if (idle.length > 0) return issue(`bring no call in that time${serial ? ` in ${idle.join("; ")}` : ""}; raise the rate or the duration`);
  const calls = expected.reduce((sum, cell) => sum + cell.calls, 0);
  return calls <= limits.plannedCalls ? [] : issue(`bring about ${calls} calls; at most ${limits.plannedCalls} can be planned`);
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
    return [
      {
        source,
        path: plan?.scenario.load.stages ? "load.stages" : "load.sessions",
        message: `makes ${calls.length} callers at once in all cells; at most ${limits.sessions}`,
      },
    ];
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
export const framesKey = (cell: Cell, clip: string | undefined): string =>
  `${clip ?? ""} ${cell.settings.session.inputFormat} ${cell.settings.session.frameMs} ${maskingOf(cell)}`;

interface CellClips {
  readonly cell: Cell;
  readonly ids: readonly string[];
}

async function prepareFrames(cells: readonly CellClips[], clips: ClipStore): Promise<Result<ReadonlyMap<string, SpokenFrames>>> {
  const store = createFrameStore(clips);
  const sets = new Map<string, SpokenFrames>();
  const issues: Issue[] = [];
  for (const { cell, ids } of cells) {
    const format: AudioFormat = cell.settings.session.inputFormat;
    // Who only writes is silent all along.
    if (ids.length === 0) {
      sets.set(framesKey(cell, undefined), readyFrames({ messages: [], silence: silentFrame(format, cell.settings.session.frameMs) }, maskingOf(cell)));
    }
    for (const say of ids) {
      if (sets.has(framesKey(cell, say))) continue;
      const wire = await clips.wire(say, format);
      if (!wire.ok) issues.push(...wire.issues);
      else sets.set(framesKey(cell, say), readyFrames(await store.prepare(say, format, cell.settings.session.frameMs), maskingOf(cell)));
    }
  }
  return issues.length > 0 ? failed(...issues) : ok(sets);
}

const readyFrames = ({ messages, silence }: Pick<FrameSet, "messages" | "silence">, masking: Masking): SpokenFrames => ({
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
        ? [
            [
              id,
              {
                durationMs: clip.durationMs,
                speechStartMs: first.startMs,
                speechEndMs: last.endMs,
                spokenText: clip.text,
                ...pausesOf(clip.segments),
              },
            ] as const,
          ]
        : [];
    }),
  );
}

/** Between the stretches of speech; absent in most clips, which have none. */
function pausesOf(segments: readonly { readonly startMs: number; readonly endMs: number }[]): Pick<ClipTimes, "pausesMs"> {
  const pausesMs = segments.slice(1).map((segment, index) => segment.startMs - (segments[index]?.endMs ?? 0));
  return pausesMs.length > 0 ? { pausesMs } : {};
}
