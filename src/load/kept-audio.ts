// Keeps turns as sound, all of them or the worst of each cell, one WAV file a turn. A thread writes a file as soon as the turn
// is recorded, and takes it away again once others were worse.

import { limits } from "../core/limits.ts";
import { msToUs } from "../core/units.ts";
import type { Clock } from "../core/clock.ts";
import { measure, type Sample } from "../metrics/measure.ts";
import { byRank } from "../metrics/quantile.ts";
import type { TurnRow } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { RunRecord, RunResult } from "../result/run-result.ts";
import { soundPath, type TurnPlace } from "../result/sound-files.ts";
import { createCallSound, createSoundRoom, type SoundEar } from "../session/call-sound.ts";

/** Every turn, or of each cell the `turns` slowest and unanswered ones. */
export type KeptAudio = { readonly type: "all" } | { readonly type: "worst"; readonly turns: number };

/** As it was asked for: `all`, `worst:5`. */
export const keptAudioText = (kept: KeptAudio): string => (kept.type === "all" ? "all" : `worst:${kept.turns}`);

export interface AudioKeeper {
  begin(call: PlannedCall): CallKeeper;
  /** Turns that were to be kept and did not fit into limits.keptSoundBytes. */
  dropped(): number;
}

export interface CallKeeper {
  readonly ear: SoundEar;
  /** The turn is over: it is kept or forgotten. */
  noteRow(row: TurnRow): void;
  end(): void;
}

export interface AudioPort {
  readonly kept: KeptAudio;
  readonly clock: Clock;
  readonly runStartUs: number;
  /** Threads that share limits.keptSoundBytes. */
  readonly threads: number;
  /** Writes a turn's file, or takes it away again. */
  keep(turn: TurnPlace, wav: Buffer | undefined): void;
}

interface BadTurn {
  readonly place: TurnPlace;
  readonly sample: Sample;
}

const worstFirst = (turns: readonly BadTurn[]): BadTurn[] => turns.toSorted((a, b) => byRank(b.sample, a.sample));

export function createAudioKeeper({ kept, clock, runStartUs, threads, keep }: AudioPort): AudioKeeper {
  const room = createSoundRoom(limits.keptSoundBytes / threads);
  const worstOf = new Map<string, readonly BadTurn[]>();
  let dropped = 0;

  /** The cell's worst turns with this one; undefined where it is none of them. */
  function worstWith(row: TurnRow, turns: number): readonly BadTurn[] | undefined {
    const sample = measure("voice_to_voice", row);
    if (!sample) return undefined;
    const turn: BadTurn = { place: placeOf(row), sample };
    const worst = worstFirst([...(worstOf.get(row.cell) ?? []), turn]).slice(0, turns);
    return worst.includes(turn) ? worst : undefined;
  }

  function note(row: TurnRow, wavOf: () => Buffer | undefined): void {
    const worst = kept.type === "worst" ? worstWith(row, kept.turns) : undefined;
    if (kept.type === "worst" && !worst) return;
    const wav = wavOf();
    if (!wav) return void dropped++;
    keep(placeOf(row), wav);
    if (!worst) return;
    for (const before of worstOf.get(row.cell) ?? []) if (!worst.includes(before)) keep(before.place, undefined);
    worstOf.set(row.cell, worst);
  }

  return {
    dropped: () => dropped,
    begin(call) {
      const { frameMs, inputFormat, outputFormat } = call.cell.settings.session;
      const sound = createCallSound({ runStartUs, frameUs: msToUs(frameMs), inputFormat, outputFormat, room });
      return {
        ear: sound,
        noteRow(row) {
          const nowUs = clock.nowUs();
          // A turn that never began is silent, and one before the measurement is in no figure.
          if (row.startedUs !== undefined && !row.warmUp) note(row, () => sound.wavOf(row, nowUs));
          sound.forget(row.turn, nowUs);
        },
        end: sound.close,
      };
    },
  };
}

const placeOf = ({ cell, session, call, turn }: TurnRow): TurnPlace => ({ cell, session, call, turn });

/** Each thread and each part of a run knows the worst turns of its own calls. Of the sounds there are, those of the worst turns of the whole. */
export function worstSounds<Sound extends TurnPlace>(sounds: readonly Sound[], rows: readonly TurnRow[], turns: number): readonly Sound[] {
  const soundOf = new Map(sounds.map((sound) => [soundPath(sound), sound]));
  return [...Map.groupBy(rows, (row) => row.cell).values()].flatMap((ofCell) => {
    const bad = ofCell.flatMap((row): BadTurn[] => {
      const sample = soundOf.has(soundPath(row)) ? measure("voice_to_voice", row) : undefined;
      return sample ? [{ place: row, sample }] : [];
    });
    return worstFirst(bad)
      .slice(0, turns)
      .flatMap(({ place }) => soundOf.get(soundPath(place)) ?? []);
  });
}

/** What the parts of a merged run kept, as the whole would have. */
export function mergedSounds(parts: readonly { readonly record: RunRecord }[], rows: readonly TurnRow[]): Pick<RunResult, "audio"> {
  const kept = parts.flatMap(({ record }) => record.result.audio ?? []);
  const [first] = kept;
  if (!first) return {};
  const turns = kept.flatMap((part) => part.turns);
  const most = Math.max(...kept.map((part) => Number(part.kept.replace("worst:", ""))));
  const dropped = kept.reduce((sum, part) => sum + (part.dropped ?? 0), 0);
  return { audio: { kept: first.kept, turns: Number.isNaN(most) ? turns : worstSounds(turns, rows, most), ...(dropped > 0 ? { dropped } : {}) } };
}
