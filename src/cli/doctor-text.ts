// The doctor's findings as lines, and what it found an unknown server to take as YAML that a scenario can hold.

import type { Finding } from "../doctor/finding.ts";
import type { Capabilities } from "../protocol/capabilities.ts";
import type { Scenario } from "../scenario/scenario.ts";

const CHECK_WIDTH = 15;
const STATUS_WIDTH = 9;

export function findingLine({ check, status, detail, remedy }: Finding): string {
  const line = `${status.padEnd(STATUS_WIDTH)} ${check.padEnd(CHECK_WIDTH)} ${detail}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(STATUS_WIDTH + CHECK_WIDTH + 2)}-> ${remedy}`;
}

export function closingLine(findings: readonly Finding[]): string {
  const count = (status: Finding["status"]): number => findings.filter((finding) => finding.status === status).length;
  const failed = count("failed");
  const rest = `${count("ok")} ok, ${count("left out")} left out`;
  return failed === 0 ? `Nothing stands in the way: ${rest}.` : `${failed} failed, ${rest}. A run would suffer from it; this is exit 7.`;
}

/** Ready to be pasted into a scenario; user, password and queries of the address are the user's to add. */
export function capabilitiesText(target: Scenario["target"], { kinds, turnDetection, formats, efforts, usage, errors, events }: Capabilities): string {
  if (target.provider === "embedded") return "";
  const { protocol, host, pathname } = new URL(target.url);
  return `target:
  provider: compatible
  url: ${JSON.stringify(`${protocol}//${host}${pathname}`)}
  model: ${JSON.stringify(target.model)}
  capabilities:
    kinds: [${kinds.join(", ")}]
    turnDetection: [${turnDetection.join(", ")}]
    formats: [${formats.join(", ")}]
    efforts: [${efforts.join(", ")}]
    usage: ${usage}
    errors: ${errors}
    events: ${events}`;
}
