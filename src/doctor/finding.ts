// What the doctor says of one thing: fine, not fine and what to do, or not looked at and why.

import type { Capabilities } from "../protocol/capabilities.ts";

export interface Finding {
  readonly check: string;
  readonly status: "ok" | "failed" | "left out";
  readonly detail: string;
  /** What to do, where something is to be done. */
  readonly remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: "ok", detail });
export const bad = (check: string, detail: string, remedy: string): Finding => ({ check, status: "failed", detail, remedy });
export const leftOut = (check: string, detail: string): Finding => ({ check, status: "left out", detail });

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** What an unknown server turned out to take; absent where it could not be asked. */
  readonly capabilities?: Capabilities;
}
