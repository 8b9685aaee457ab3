// The turns that a run kept as sound: one WAV file each, below audio/ in the run's folder.

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TurnRow } from "../metrics/turn-row.ts";
import { cellFolder, writeWhole } from "./row-files.ts";
import { runFiles } from "./run-files.ts";

/** Which turn of a run it is. */
export type TurnPlace = Pick<TurnRow, "cell" | "session" | "call" | "turn">;

export interface TurnSound extends TurnPlace {
  /** From the run's folder on. */
  readonly file: string;
  readonly fileBytes: number;
}

/** What run.json says of them. */
export interface KeptSounds {
  /** As it was asked for: `all`, `worst:5`. */
  readonly kept: string;
  readonly turns: readonly TurnSound[];
  /** Turns that were to be kept and were not, because callers held more sound at once than there is room for; absent where there are none. */
  readonly dropped?: number;
}

/** audio/<cell>/<session>-<call>-<turn>.wav, with slashes on every system: pages link to it. */
export const soundPath = ({ cell, session, call, turn }: TurnPlace): string => `${runFiles.audio}/${cellFolder(cell)}/${session}-${call}-${turn}.wav`;

/** The sounds in the run's folder, in the order of its rows. */
export function soundsIn(folder: string, rows: readonly TurnRow[]): readonly TurnSound[] {
  const root = join(folder, runFiles.audio);
  if (!existsSync(root)) return [];
  const there = new Set(readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => join(runFiles.audio, name)));
  return rows.flatMap((row): TurnSound[] => {
    const file = soundPath(row);
    if (!there.has(join(file))) return [];
    const { cell, session, call, turn } = row;
    return [{ cell, session, call, turn, file, fileBytes: statSync(join(folder, file)).size }];
  });
}

export const dropSound = (folder: string, turn: TurnPlace): void => rmSync(join(folder, soundPath(turn)), { force: true });

/** A run.json from elsewhere may name any file; these are all that a run ever wrote. */
const ownName = /^audio\/(?!\.\.?\/)[^/\\]+\/\d+-\d+-\d+\.wav$/;

/** Undefined where it is gone: whoever keeps reports for long may throw the sound away. */
export function readSound(folder: string, { file }: TurnSound): Buffer | undefined {
  const path = join(folder, file);
  return ownName.test(file) && existsSync(path) ? readFileSync(path) : undefined;
}

/** Copies the sounds of `turns` from whichever of the folders has them. */
export function copySounds(turns: readonly TurnSound[], from: readonly string[], to: string): void {
  for (const turn of turns) {
    const wav = from.map((folder) => readSound(folder, turn)).find((bytes) => bytes !== undefined);
    if (wav) writeWhole(join(to, turn.file), wav, dirname(join(to, turn.file)));
  }
}
