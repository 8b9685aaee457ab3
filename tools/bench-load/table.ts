// What was measured as a table, and whether it reaches the goals. Pure.

import type { Measured } from "./job.ts";
import { FRAME_US } from "./job.ts";

export interface Row {
  readonly sender: string;
  readonly sessions: number;
  /** Of several rounds, the one whose cost a frame is in the middle. */
  readonly measured?: Measured;
  /** Least and most CPU a frame of all rounds. */
  readonly spreadUs?: readonly [least: number, most: number];
  /** CPU of the process that read it all, a frame, µs: from its first connection to its last, so a little more than the window. */
  readonly readerUs?: number;
  /** Share of the time in which something on the machine waited for a CPU, where the kernel tells: such rounds are not to be trusted. */
  readonly crowded?: number;
  /** Why there is nothing to show. */
  readonly missing?: string;
}

const FRAMES_PER_SECOND = 1e6 / FRAME_US;
/** A sender that is slower than this share of what was asked fell behind, and its cost a frame is that of another load. */
const KEPT_UP = 0.99;

/** Beyond this share of waiting a row tells more about the machine's other work than about the sender. */
const CROWDED = 0.25;

export const goals = { overFloorMost: 1.75, underArtilleryLeast: 3 } as const;

export const usPerFrame = ({ cpuUs, frames }: Measured): number => cpuUs / frames;
const ms = (us: number): string => (us / 1_000).toFixed(us < 10_000 ? 2 : 0);

const header = ["sessions", "sender", "frames/s", "CPU us/frame", "reader", "rounds", "x floor", "late p50 ms", "p99", "max", "callers/core", "CPU waited for"];

function cells(row: Row, floor: Measured | undefined): readonly string[] {
  const { measured } = row;
  if (!measured) return [String(row.sessions), row.sender, row.missing ?? ""];
  const cost = usPerFrame(measured);
  const rate = measured.frames / (measured.wallUs / 1e6);
  const share = rate / (row.sessions * FRAMES_PER_SECOND);
  return [
    String(row.sessions),
    row.sender,
    share < KEPT_UP ? `${rate.toFixed(0)} (${(share * 100).toFixed(0)} %)` : rate.toFixed(0),
    cost.toFixed(1),
    row.readerUs === undefined ? "" : row.readerUs.toFixed(1),
    row.spreadUs ? row.spreadUs.map((us) => us.toFixed(1)).join(" to ") : "one",
    floor ? (cost / usPerFrame(floor)).toFixed(2) : "",
    ms(measured.latenessUs.p50),
    ms(measured.latenessUs.p99),
    ms(measured.latenessUs.max),
    (1e6 / (FRAMES_PER_SECOND * cost)).toFixed(0),
    row.crowded === undefined ? "unknown" : `${(row.crowded * 100).toFixed(0)} %`,
  ];
}

/** The first sender of each number of sessions is the floor of the others. A table in Markdown, which reads as text too. */
export function tableText(rows: readonly Row[]): string {
  const floorOf = (row: Row): Measured | undefined => rows.find(({ sessions }) => sessions === row.sessions)?.measured;
  const lines = rows.map((row) => cells(row, floorOf(row)));
  const full = lines.filter((line) => line.length === header.length);
  const widths = header.map((title, column) => Math.max(...[header, ...full].map((line) => line[column]?.length ?? 0), title.length));
  const left = 1;
  const pad = (text: string, column: number): string => (column === left ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0));
  const line = (parts: readonly string[]): string => `| ${parts.map(pad).join(" | ")} |${" |".repeat(header.length - parts.length)}`;
  const rule = widths.map((width, column) => (column === left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(" | ")} |`, ...lines.map(line), ""].join("\n");
}

/** One line a number of sessions; what was not measured is neither reached nor missed. */
export function goalsText(rows: readonly Row[]): string {
  const counts = [...new Set(rows.map(({ sessions }) => sessions))];
  const verdicts = counts.map((sessions) => `${sessions} sessions: ${goalsOf(rows.filter((row) => row.sessions === sessions))}`);
  verdicts.push(...counts.flatMap((sessions) => unavoidableText(rows.find((row) => row.sessions === sessions)) ?? []));
  const crowded = rows.filter((row) => (row.crowded ?? 0) > CROWDED).length;
  if (crowded === 0) return verdicts.join("\n");
  return [
    ...verdicts,
    `${crowded} of ${rows.length} rows were measured on a crowded machine: their lateness says nothing; run it again when the machine is quiet`,
  ].join("\n");
}

/** What any pair of a sender and a reader needs, from the floor's row. */
function unavoidableText({ sender, sessions, measured, readerUs }: Partial<Row> = {}): string | undefined {
  if (!measured || readerUs === undefined || sessions === undefined) return undefined;
  const coresOf = (us: number): string => ((us * sessions * FRAMES_PER_SECOND) / 1e6).toFixed(2);
  const [out, back] = [usPerFrame(measured), readerUs];
  return `${sessions} sessions: ${sender} takes ${coresOf(out)} cores, and a server in Node that only reads and throws away ${coresOf(back)}: ${coresOf(out + back)} before a byte is looked at`;
}

function goalsOf(rows: readonly Row[]): string {
  const cost = (name: string): number | undefined => {
    const measured = rows.find(({ sender }) => sender.startsWith(name))?.measured;
    return measured && usPerFrame(measured);
  };
  const floor = rows[0]?.measured && usPerFrame(rows[0].measured);
  const [ours, artillery] = [cost("earshot"), cost("Artillery")];
  const verdict = (reached: boolean): string => (reached ? "reached" : "MISSED");
  const overFloor = ours === undefined || floor === undefined ? undefined : ours / floor;
  const under = ours === undefined || artillery === undefined ? undefined : artillery / ours;
  return [
    overFloor === undefined
      ? "earshot over the floor: not measured"
      : `earshot ${overFloor.toFixed(2)} x the floor (goal at most ${goals.overFloorMost}): ${verdict(overFloor <= goals.overFloorMost)}`,
    under === undefined
      ? "against Artillery: not measured"
      : `Artillery ${under.toFixed(1)} x earshot (goal at least ${goals.underArtilleryLeast}): ${verdict(under >= goals.underArtilleryLeast)}`,
  ].join("; ");
}
