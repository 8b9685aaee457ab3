// A fault in what the user gave us, as a value. Faults are collected and shown all at once; nobody should have to fix a
// scenario one error a run.

export interface Issue {
  /** File, flag or fixture the fault is in, as the user named it. */
  readonly source: string;
  readonly line?: number;
  readonly column?: number;
  /** Where inside the source, for example `session.frameMs`. */
  readonly path?: string;
  /** What is wrong and what was expected, in one sentence. */
  readonly message: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (...issues: readonly Issue[]): Result<never> => ({ ok: false, issues });

/** `quickstart.yaml:12:5 session.frameMs: must be ...` */
export function formatIssue(issue: Issue): string {
  const place = [issue.source, issue.line, issue.column].filter((part) => part !== undefined).join(":");
  return `${place}${issue.path ? ` ${issue.path}` : ""}: ${issue.message}`;
}

/** Thrown at a door when the user's input is wrong; the command line prints its issues and exits 2. */
export class InputError extends Error {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join("\n"));
    this.name = "InputError";
    this.issues = issues;
  }
}

/** The value, or the issues thrown together. */
export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new InputError(result.issues);
  return result.value;
}

/** The candidate nearest to `word` by edit distance, when it is near enough to have been meant. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }));
  const best = scored.toSorted((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
