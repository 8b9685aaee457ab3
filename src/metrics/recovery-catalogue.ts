// What is measured each time a session lost its connection; part of the catalogue. Without a cause named, figures are of
// connections that were lost, not of those that were replaced on purpose.

import { count, duration, money, share, type Metric } from "./metric.ts";

const recovery = { of: "recovery", since: "0.1.0" } as const;
const sinceLost = { ...duration, ...recovery, from: "the last sign of life of the lost connection" } as const;
const rate = { ...share, ...recovery, better: "higher" } as const;
const number = { ...count, ...recovery, unit: "count", better: "lower" } as const;
/** Milliseconds of audio are an amount, not a span between two instants: they add up. */
const audio = { ...number, unit: "ms" } as const;

export const recoveryCatalogue = {
  recover_detect: {
    ...sinceLost,
    id: "recover_detect",
    to: "the caller's side knows that it is lost",
    help: "How long a lost connection goes unnoticed.",
  },
  recover_socket: {
    ...sinceLost,
    id: "recover_socket",
    censors: true,
    to: "the new WebSocket is open",
    help: "Noticing, waiting between attempts and connecting.",
  },
  recover_session: {
    ...sinceLost,
    id: "recover_session",
    censors: true,
    to: "session.updated of the new session arrives",
    help: "Until a session stands again, as configured.",
  },
  recover_context: {
    ...sinceLost,
    id: "recover_context",
    censors: true,
    to: "every replayed item is acknowledged",
    help: "Until the new session knows what was said; absent where there was nothing to replay.",
  },
  recover_first_audible: {
    ...sinceLost,
    id: "recover_first_audible",
    censors: true,
    to: "the first audible sample after it is played",
    help: "The time to recover: how long after a loss the caller hears anything again. Longer than what was waited where the session never came back, or the turn in progress was never answered.",
  },
  recover_backoff: {
    ...audio,
    id: "recover_backoff",
    better: "neither",
    help: "What was waited between attempts, in all.",
  },
  recover_audio_lost: {
    ...audio,
    id: "recover_audio_lost",
    help: "The caller's speech that nobody listened to and that was never said again.",
  },
  recover_audio_lost_down: {
    ...audio,
    id: "recover_audio_lost_down",
    help: "Audio of the answer that came and was never heard.",
  },
  recover_audio_replayed: {
    ...audio,
    id: "recover_audio_replayed",
    better: "neither",
    help: "The caller's audio that was sent a second time.",
  },
  recover_attempts: {
    ...number,
    id: "recover_attempts",
    help: "Connections dialled for one recovery.",
  },
  recover_turns_lost: {
    ...number,
    id: "recover_turns_lost",
    help: "Turns given up because of the loss.",
  },
  recover_turns_doubled: {
    ...number,
    id: "recover_turns_doubled",
    help: "Turns that were answered twice because of the loss.",
  },
  recover_tokens: {
    ...count,
    ...recovery,
    id: "recover_tokens",
    better: "lower",
    help: "Text that the first response afterwards read uncached: what was replayed, and the instructions.",
  },
  recover_cost: {
    ...money,
    ...recovery,
    id: "recover_cost",
    help: "Money of a replay at the list price of its model.",
  },
  recover_context_restored: {
    ...rate,
    id: "recover_context_restored",
    help: "Among recovered sessions, those whose whole conversation is in the new session, as text.",
  },
  recover_modality_kept: {
    ...rate,
    id: "recover_modality_kept",
    help: "Among recovered sessions that answered again, those that answered with sound.",
  },
  recovered: {
    ...rate,
    id: "recovered",
    help: "Share of lost connections after which a session stood again.",
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type RecoveryMetricId = keyof typeof recoveryCatalogue;

export const recoveryMetricIds = Object.keys(recoveryCatalogue) as readonly RecoveryMetricId[];
export const isRecoveryMetric = (id: string): id is RecoveryMetricId => Object.hasOwn(recoveryCatalogue, id);
