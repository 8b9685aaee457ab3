// The loudspeaker that the caller would have: it starts after a buffer, plays in real time and falls silent when it runs
// dry. Pure: the state after a delta follows from the state before it.

export interface Playback {
  /** Until when what has arrived will keep it playing, µs; undefined before the first delta and after a flush. */
  readonly endUs?: number;
}

export interface Played {
  readonly playback: Playback;
  /** When the delta's first and last sample are played. */
  readonly fromUs: number;
  readonly toUs: number;
}

export const silent: Playback = {};

/**
 * A delta of `durationUs` arrives at `atUs`. It plays after what is queued; when nothing is, after the start buffer (a
 * player that ran dry buffers again).
 */
export function play(playback: Playback, delta: { readonly atUs: number; readonly durationUs: number; readonly startBufferUs: number }): Played {
  const queued = playback.endUs !== undefined && playback.endUs >= delta.atUs;
  const fromUs = queued ? (playback.endUs as number) : delta.atUs + delta.startBufferUs;
  const toUs = fromUs + delta.durationUs;
  return { playback: { endUs: toUs }, fromUs, toUs };
}
