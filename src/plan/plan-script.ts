// What one caller says in one call: turns, interruptions and reactions, with clips drawn, words filled in and pauses given.

import { stream } from "../core/random.ts";
import { msToUs } from "../core/units.ts";
import type { Interrupt, Say, TurnAsk, Words } from "../scenario/caller-turn.ts";
import type { FeedRow } from "../scenario/feed-reference.ts";
import type { Load } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { drawMs } from "./distribution.ts";
import { filled } from "./feed.ts";
import { feedOf, saysOf, setKey, type Draw, type Material } from "./material.ts";
import type { Slot } from "./groups.ts";
import type { AnswerMoment, ClipTimes, PlannedClip, PlannedReaction, PlannedTurn, PlannedWords } from "./planned-turn.ts";

export interface PlannedScript {
  readonly turns: readonly PlannedTurn[];
  readonly reactions?: readonly PlannedReaction[];
  /** The rows of feeders that are this call's. */
  readonly feed?: FeedRow;
}

export interface ScriptSources {
  readonly clips: ReadonlyMap<string, ClipTimes>;
  readonly material: Material;
  readonly draw: Draw;
}

/** Whether the number of turns follows from the answers: then a call owes those that it began, and no more. */
export const isOpenEnded = ({ caller }: Scenario): boolean =>
  caller.repeat !== undefined || caller.reactions !== undefined || caller.endedBy !== undefined || caller.mostTurns !== undefined;

/**
 * How long the caller thinks before their `index`-th turn, interruptions not counted, µs. The same in every cell: efforts and
 * frame sizes are compared on the same calls.
 */
export const thinkUsOf = ({ cell: { settings }, session, call }: Slot, ...index: readonly (number | string)[]): number =>
  msToUs(drawMs(settings.caller.thinkMs, stream(settings.seed, "think", session, call, ...index)));

const momentOf = ({ atAnswerMs, onWord }: Interrupt): AnswerMoment => (onWord === undefined ? { atAnswerMs: atAnswerMs ?? 0 } : { onWord });

/** `round`: which time the script comes in its call, from 0; every round draws as if it were one more call. */
export function planScript(slot: Slot, sources: ScriptSources, round = 0): PlannedScript {
  const { caller, session, load } = slot.cell.settings;
  const number = slot.session + slot.call * load.sessions + round * callersOf(load);
  const feed = feedOf(caller, sources.material, sources.draw, number);
  const clipOf = clipDrawer(slot, sources, number, feed);
  const wordsOf = ({ say, text }: Words): PlannedWords => (say === undefined ? { text: filled(text ?? "", feed), ...noSound } : clipOf(say));
  const askOf = ({ effort, maxOutputTokens, complex }: TurnAsk): Pick<PlannedTurn, "effort" | "maxOutputTokens"> => {
    const asked = effort ?? caller.effortPolicy?.[complex ? "complex" : "otherwise"] ?? session.effort;
    return { ...(asked === undefined ? {} : { effort: asked }), maxOutputTokens: maxOutputTokens ?? session.maxOutputTokens };
  };
  const turns: PlannedTurn[] = [];
  for (const [index, turn] of caller.turns.entries()) {
    const { interrupt } = turn;
    const expect = turn.expect && { expect: filled(turn.expect, feed) };
    const planned = { turn: turns.length, ...wordsOf(turn), ...askOf(turn), thinkUs: thinkUsOf(slot, index), ...expect };
    if (interrupt?.backChannel) turns.push({ ...planned, backChannel: { ...clipOf(interrupt.say), at: momentOf(interrupt) } });
    else turns.push(planned);
    if (interrupt && !interrupt.backChannel)
      turns.push({ turn: turns.length, ...clipOf(interrupt.say), ...askOf(turn), thinkUs: 0, interruptAt: momentOf(interrupt) });
  }
  const reactions = caller.reactions?.map((reaction): PlannedReaction => {
    const { when, times } = reaction;
    return { when, times, turn: { ...wordsOf(reaction), ...askOf(reaction) } };
  });
  return { turns, ...(reactions ? { reactions } : {}), ...(feed ? { feed } : {}) };
}

/** How many draws a round of all callers takes, those of the warm-up and of every repeat too. */
const callersOf = ({ sessions, repeat = 1, warmUp }: Load): number => repeat * (sessions + (warmUp && "sessions" in warmUp ? warmUp.sessions : 0));

const noSound: ClipTimes = { durationMs: 0, speechStartMs: 0, speechEndMs: 0 };

/** Gives the clips of the `number`-th call, one after the other: a set is drawn from as often in every call. */
function clipDrawer(slot: Slot, { clips, material, draw }: ScriptSources, number: number, feed: FeedRow | undefined): (say: Say) => PlannedClip {
  const drawn = new Map<string, number>();
  const all = saysOf(slot.cell.settings.caller).flatMap((say) => (typeof say === "string" ? [] : [setKey(say)]));
  const idOf = (say: Say): string => {
    if (typeof say === "string") return filled(say, feed);
    const name = setKey(say);
    const ids = material.sets.get(name) ?? [];
    const before = drawn.get(name) ?? 0;
    drawn.set(name, before + 1);
    const each = all.filter((key) => key === name).length;
    return ids[draw({ name: `set ${name}`, order: say.order, count: ids.length }, number * each + before)] ?? "";
  };
  return (say) => {
    const clip = idOf(say);
    const times = clips.get(clip);
    if (!times) throw new Error(`the plan was given no clip ${clip}`);
    return { clip, ...times };
  };
}
