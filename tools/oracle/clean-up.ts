// What must not stay behind: namespaces, devices, processes, files. Undone when its user is done, and in any case when this
// process ends, however it ends short of SIGKILL.

const undos = new Set<() => void>();

process.once("exit", () => {
  for (const undo of [...undos].toReversed()) undo();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

/** Returns what undoes it now, once. `undo` must not throw, nor wait: at the end nothing waits any more. */
export function undoAtEnd(undo: () => void): () => void {
  const once = (): void => {
    if (undos.delete(once)) undo();
  };
  undos.add(once);
  return once;
}
