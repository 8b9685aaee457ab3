// What a session will do later, in order of time. A handful of entries, so a sorted list serves; it is
// searched from its end, where a client that sends much at once adds.

export interface Agenda<Task> {
  /** Entries of the same instant keep the order they were added in. */
  add(dueUs: number, task: Task): void;
  readonly nextUs: number | undefined;
  take(): { readonly dueUs: number; readonly task: Task } | undefined;
}

export function createAgenda<Task>(): Agenda<Task> {
  const entries: { readonly dueUs: number; readonly task: Task }[] = [];
  return {
    add(dueUs, task) {
      const before = entries.findLastIndex((entry) => entry.dueUs <= dueUs);
      entries.splice(before + 1, 0, { dueUs, task });
    },
    get nextUs() {
      return entries[0]?.dueUs;
    },
    take: () => entries.shift(),
  };
}
