// How samples spread over a whole run in memory that does not grow with it: what was seen in one histogram, what was waited
// for in vain in another. Within 0.1 %; reports read the rows and are exact.

import { createRecorder, type Recorder } from "../metrics/histogram.ts";
import type { Sample } from "../metrics/measure.ts";
import type { Quantile } from "../metrics/quantile.ts";

const US_PER_MS = 1_000;

export interface Spread {
  add(sample: Sample): void;
  /** By nearest rank, ms; a censored sample ranks above every seen one, as everywhere. */
  quantile(p: number): Quantile;
  destroy(): void;
}

export function createSpread(): Spread {
  const seen = createRecorder("us");
  let censored: Recorder | undefined;
  return {
    add(sample) {
      if (sample.censored) censored ??= createRecorder("us");
      const recorder = sample.censored ? censored : seen;
      recorder?.record(Math.max(0, sample.value * US_PER_MS));
    },
    quantile(p) {
      const waited = censored?.count ?? 0;
      const rank = Math.max(1, Math.ceil((seen.count + waited) * p - 1e-9));
      if (rank <= seen.count) return { value: (seen.quantile(rank / seen.count) ?? 0) / US_PER_MS };
      const above = waited > 0 ? censored?.quantile((rank - seen.count) / waited) : undefined;
      return above === undefined ? undefined : { above: above / US_PER_MS };
    },
    destroy() {
      seen.destroy();
      censored?.destroy();
    },
  };
}
