// What this machine lets a process have: a session is a descriptor, and so is every proxy's line to it.

import { bad, ok, type Finding } from "./finding.ts";

/** As many callers as one thread drives, and as many again for files, threads and the target beside them. */
const WANTED = 2_048;

export function descriptorFinding(limit: string | number | undefined): Finding {
  const check = "descriptors";
  if (limit === undefined) return { check, status: "left out", detail: "this system does not tell its limit of open files" };
  const count = limit === "unlimited" ? Infinity : Number(limit);
  if (count >= WANTED) return ok(check, `${limit} open files, a session needs one`);
  return bad(check, `${limit} open files, a session needs one`, `for more than ${Math.max(1, count - BESIDE_SESSIONS)} sessions raise it: ulimit -n 65536`);
}

/** What else a run has open: its files, its threads' own, the ends of pipes. */
const BESIDE_SESSIONS = 64;

/** What to tell before so many sessions at once are begun; undefined where the limit suffices or is not known. */
export function descriptorWarning(limit: string | number | undefined, sessions: number): string | undefined {
  const wanted = sessions + BESIDE_SESSIONS;
  if (limit === undefined || limit === "unlimited" || Number(limit) >= wanted) return undefined;
  return `${sessions} sessions at once need about ${wanted} open files, and this process may have ${limit}: those beyond it will fail as client_limit and the run will not be valid. Say \`ulimit -n ${Math.max(wanted, 4_096)}\` in this shell first, or use fewer sessions.`;
}

/** The limit of this process, from Node's own report; `undefined` where it has none. */
export function openFilesLimit(): string | number | undefined {
  /** Node's types do not know the switch that spares us a name look-up for every open socket. */
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const wasExcluded = report.excludeNetwork;
  report.excludeNetwork = true;
  try {
    const { userLimits } = report.getReport() as { readonly userLimits?: { readonly open_files?: { readonly soft?: string | number } } };
    return userLimits?.open_files?.soft;
  } finally {
    report.excludeNetwork = wasExcluded;
  }
}
