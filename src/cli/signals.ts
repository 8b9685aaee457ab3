// Ctrl-C once asks the run to end in order; twice ends it now. Either way the reports are written.

import { exitCodes, type ExitCode } from "../core/exit-codes.ts";

export interface Signals {
  readonly drain: AbortSignal;
  readonly cut: AbortSignal;
  /** The exit code that the signal demands, once one came. */
  exitCode(): ExitCode | undefined;
  stopListening(): void;
}

export function listenForSignals(): Signals {
  const drain = new AbortController();
  const cut = new AbortController();
  let exitCode: ExitCode | undefined;

  function onSignal(signal: NodeJS.Signals): void {
    exitCode ??= signal === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
    // Whatever hangs after a second signal, a third one ends.
    if (cut.signal.aborted) process.exit(exitCode);
    if (drain.signal.aborted) return cut.abort(`${signal}, twice`);
    drain.abort(signal);
  }

  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    drain: drain.signal,
    cut: cut.signal,
    exitCode: () => exitCode,
    stopListening() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
