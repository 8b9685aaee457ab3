// A sender's side of the measurement, in the sender's own process: the job comes as its first argument, what was
// measured within the window is the last
// line it prints.

import { createSystemClock } from "../../src/core/system-clock.ts";
import { createRecorder } from "../../src/metrics/histogram.ts";
import type { Job, Measured } from "./job.ts";

export const clock = createSystemClock();

export interface Tally {
  /** A frame was handed to its socket this long after it was intended. */
  note(latenessUs: number): void;
  /** Waits for the warm-up and the window, reports, and ends the process. */
  finish(job: Job): void;
}

export const jobOfProcess = (): Job => JSON.parse(process.argv[2] ?? "") as Job;

export function createTally(): Tally {
  let recorder = createRecorder("us");

  function begin(): () => Measured {
    recorder.destroy();
    recorder = createRecorder("us");
    const fromUs = clock.nowUs();
    const before = process.cpuUsage();
    return () => {
      const { user, system } = process.cpuUsage(before);
      const wallUs = clock.nowUs() - fromUs;
      const { count, max = 0 } = recorder;
      const [p50, p99] = [recorder.quantile(0.5) ?? 0, recorder.quantile(0.99) ?? 0];
      return { frames: count, cpuUs: user + system, wallUs, latenessUs: { p50, p99, max } };
    };
  }

  return {
    note: (latenessUs) => recorder.record(Math.max(0, latenessUs)),
    finish({ warmUpSeconds, windowSeconds }) {
      const beginUs = clock.nowUs() + warmUpSeconds * 1e6;
      clock.at(beginUs, () => {
        const end = begin();
        clock.at(clock.nowUs() + windowSeconds * 1e6, () => {
          process.stdout.write(`${JSON.stringify(end())}\n`, () => process.exit(0));
        });
      });
    },
  };
}
