// Puts a piece of sound where it belongs on a channel, to the nearest sample.

/** A channel that begins at `fromUs`. */
export interface Channel {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
  readonly fromUs: number;
}

/** Of the piece only what lies before `toUs` is heard. */
export interface Placed extends Channel {
  readonly toUs: number;
}

/** Writes the piece over whatever the channel has there; what lies outside the channel is left out. Another rate is drawn in straight lines. */
export function overlay(channel: Channel, piece: Placed): void {
  const startSample = ((piece.fromUs - channel.fromUs) * channel.sampleRateHz) / 1e6;
  const step = piece.sampleRateHz / channel.sampleRateHz;
  const first = Math.round(startSample);
  const heardUs = Math.min(piece.toUs - piece.fromUs, (piece.samples.length * 1e6) / piece.sampleRateHz);
  const end = Math.min(channel.samples.length, first + Math.round((heardUs * channel.sampleRateHz) / 1e6));
  if (step === 1) {
    const from = Math.max(0, first);
    if (end > from) channel.samples.set(piece.samples.subarray(from - first, end - first), from);
    return;
  }
  for (let index = Math.max(0, first); index < end; index++) {
    const at = (index - first) * step;
    const before = Math.floor(at);
    const from = piece.samples[before] ?? 0;
    const to = piece.samples[before + 1] ?? from;
    channel.samples[index] = Math.round(from + (to - from) * (at - before));
  }
}
