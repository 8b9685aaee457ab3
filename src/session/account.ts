// The money of one call while it lasts: what its turns may cost at most, and what is known of what they cost. Only where
// there is a budget. Pure; who grants and who counts is on the other side of the driver.

import type { TurnUsage } from "../metrics/turn-row.ts";
import type { PlannedCall } from "../plan/plan.ts";
import type { PlannedWords } from "../plan/planned-turn.ts";
import { isBudgeted } from "../plan/budget-limits.ts";
import { boundOf, frontTokens, mostOutputOf, textTokensOf, type Context } from "../plan/turn-bound.ts";
import type { Account, Reservation } from "./reservation.ts";
import { recordField, textField, usageOf, type EventFields } from "./server-fields.ts";
import type { Command, Input, SessionState, Stepped } from "./state.ts";
import { addUsage } from "./turn-state.ts";

/** `documents`: what the conversation begins with. */
export function openAccount({ cell: { settings } }: PlannedCall, documents: readonly string[] = []): { readonly account?: Account } {
  if (!isBudgeted(settings)) return {};
  const text = frontTokens(settings.session) + documents.reduce((sum, document) => sum + textTokensOf(document), 0);
  return { account: { reservations: [], base: { text, audio: 0 }, asked: 0 } };
}

const mostOutput = ({ call }: SessionState): number => mostOutputOf(call.cell.settings);

/** All that the next response may read at most: what was told, and whatever came to it since without being told. */
function contextOf(state: SessionState, account: Account): Context {
  const most = mostOutput(state);
  const untold = account.reservations.reduce((sum, { spokenTokens, most: responses, ids, openIds }) => {
    return sum + spokenTokens + (responses - (ids.length - openIds.length)) * most;
  }, 0);
  const outputs = (state.turn?.calls ?? []).reduce((sum, { output }) => sum + Buffer.byteLength(output), 0);
  return { text: account.base.text + outputs, audio: account.base.audio + untold };
}

interface Asking {
  readonly state: SessionState;
  readonly command: Command;
}

/** Asks for the turns to be granted, the first of them and those that interrupt its answer; `turns` is empty for the answer after a function call. */
export function ask(state: SessionState, account: Account, turns: readonly PlannedWords[]): Asking {
  const { settings } = state.call.cell;
  const key = `${account.asked}`;
  const bound = boundOf({ turns, settings, context: contextOf(state, account) });
  const waiting = { key, most: bound.responses, spokenTokens: bound.spokenTokens, spokenMs: bound.spokenMs, isUntold: false, isClosed: false };
  return { state: { ...state, account: { ...account, asked: account.asked + 1, waiting } }, command: { type: "reserve", key, bound } };
}

/** The granted reservation is in force. */
export function grant(state: SessionState, key: string): SessionState {
  const { account } = state;
  if (account?.waiting?.key !== key) return state;
  const { waiting, ...rest } = account;
  return { ...state, account: { ...rest, reservations: [...account.reservations, { ...waiting, heardUs: 0, ids: [], openIds: [] }] } };
}

/** The turns so far are over: whatever of them is known by now is settled, the rest when it is known. */
export function closeReservations(state: SessionState): Stepped {
  const { account } = state;
  if (!account) return { state, commands: [] };
  return settleKnown(state, { ...account, reservations: account.reservations.map((reservation) => ({ ...reservation, isClosed: true })) });
}

/** A reservation that was granted and is not used: nothing was sent under it. */
export function giveBack(state: SessionState, key: string): Stepped {
  const { account } = state;
  if (!account) return { state, commands: [] };
  const reservations = account.reservations.filter((reservation) => reservation.key !== key);
  return { state: { ...state, account: { ...account, reservations } }, commands: [{ type: "settle", key, usage: noUsage, audioMs: 0 }] };
}

/** What was granted to a turn that will not begin. */
export function giveBackUnused(state: SessionState): Stepped {
  const unused = state.account?.reservations.find(({ isClosed, ids }) => !isClosed && ids.length === 0);
  return unused ? giveBack(state, unused.key) : { state, commands: [] };
}

const noUsage: TurnUsage = { textIn: 0, textCached: 0, audioIn: 0, audioCached: 0, textOut: 0, audioOut: 0 };

/** A turn without any response stays reserved: one may still be made, and be billed, when nobody listens any more. */
const isKnown = ({ isClosed, ids, openIds }: Reservation): boolean => isClosed && ids.length > 0 && openIds.length === 0;

function settleKnown(state: SessionState, account: Account): Stepped {
  const known = account.reservations.filter(isKnown);
  if (known.length === 0) return { state: { ...state, account }, commands: [] };
  const commands = known.map(({ key, usage, isUntold, spokenMs, heardUs }): Command => {
    const told = usage === undefined || isUntold ? {} : { usage };
    return { type: "settle", key, ...told, audioMs: spokenMs + heardUs / 1_000 };
  });
  const most = mostOutput(state);
  const leftTokens = known.reduce((sum, { spokenTokens, isUntold, most: responses }) => sum + spokenTokens + (isUntold ? responses * most : 0), 0);
  const base = { ...account.base, audio: account.base.audio + leftTokens };
  return { state: { ...state, account: { ...account, base, reservations: account.reservations.filter((one) => !isKnown(one)) } }, commands };
}

/** The responses that a lost connection was bringing: nobody will tell what they cost, so they count in full. */
export function loseResponses(state: SessionState): Stepped {
  const { account } = state;
  if (!account) return { state, commands: [] };
  const lost = account.reservations.map((reservation) => (reservation.openIds.length > 0 ? { ...reservation, openIds: [], isUntold: true } : reservation));
  return settleKnown(state, { ...account, reservations: lost });
}

/** What the server says of responses, noted before the session makes anything of it. */
export function noteInput(state: SessionState, input: Input): Stepped {
  const { account } = state;
  if (!account) return { state, commands: [] };
  if (input.type === "audio") return { state: { ...state, account: noteAudio(account, input.responseId, input.durationUs) }, commands: [] };
  if (input.type !== "event") return { state, commands: [] };
  const response = recordField(input.fields, "response");
  const id = response && textField(response, "id");
  if (!response || id === undefined) return { state, commands: [] };
  if (input.name === "response.created") return noteCreated(state, account, id);
  if (input.name !== "response.done") return { state, commands: [] };
  // A server may tell the end of a response that it never announced.
  const begun = account.reservations.some(({ ids }) => ids.includes(id)) ? { state, commands: [] } : noteCreated(state, account, id);
  const done = noteDone(begun.state, id, response);
  return { state: done.state, commands: [...begun.commands, ...done.commands] };
}

/** Ends come in any order: an earlier response's must not make the context smaller than it is. */
const larger = (a: Context, b: Context): Context => ({ text: Math.max(a.text, b.text), audio: Math.max(a.audio, b.audio) });

const change = (account: Account, key: string, by: (reservation: Reservation) => Reservation): Account => ({
  ...account,
  reservations: account.reservations.map((reservation) => (reservation.key === key ? by(reservation) : reservation)),
});

function noteAudio(account: Account, responseId: string, durationUs: number): Account {
  const owner = account.reservations.find(({ ids }) => ids.includes(responseId)) ?? account.reservations.at(-1);
  return owner ? change(account, owner.key, (reservation) => ({ ...reservation, heardUs: reservation.heardUs + durationUs })) : account;
}

/**
 * The response counts under the latest reservation that has room for it. One that nobody reserved for (a server that answers
 * where nobody spoke, or more often than the clip has pauses) is counted at its own upper bound at once.
 */
function noteCreated(state: SessionState, account: Account, id: string): Stepped {
  const begin = (reservation: Reservation): Reservation => ({ ...reservation, ids: [...reservation.ids, id], openIds: [...reservation.openIds, id] });
  const owner = account.reservations.findLast(({ ids, most }) => ids.length < most);
  if (owner) return { state: { ...state, account: change(account, owner.key, begin) }, commands: [] };
  const asked = ask(state, account, []);
  const granted = grant(asked.state, `${account.asked}`);
  const charged = granted.account && change(granted.account, `${account.asked}`, (reservation) => ({ ...begin(reservation), isClosed: true }));
  const commands: readonly Command[] = asked.command.type === "reserve" ? [{ ...asked.command, type: "charge" }] : [];
  return { state: charged ? { ...granted, account: { ...charged, ...(account.waiting ? { waiting: account.waiting } : {}) } } : granted, commands };
}

function noteDone(state: SessionState, id: string, response: EventFields): Stepped {
  const { account } = state;
  const owner = account?.reservations.find(({ openIds }) => openIds.includes(id));
  if (!account || !owner) return { state, commands: [] };
  const usage = usageOf(response);
  const noted = change(account, owner.key, (reservation) => ({
    ...reservation,
    openIds: reservation.openIds.filter((open) => open !== id),
    ...(usage ? { usage: addUsage(reservation.usage, usage) } : { isUntold: true }),
  }));
  // A response that failed tells zeros: what was read before it is still there.
  const read = usage && usage.textIn + usage.audioIn > 0;
  const base = read ? larger(account.base, { text: usage.textIn + usage.textOut, audio: usage.audioIn + usage.audioOut }) : account.base;
  return settleKnown(state, { ...noted, base });
}
