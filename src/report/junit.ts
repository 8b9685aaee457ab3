// junit.xml: a test case for every threshold in every cell, and one each for whether the run was whole and whether it is to be
// believed, as CI systems show them.

import type { RunRecord, RunResult } from "../result/run-result.ts";
import { endOfRunText, reconciliationText } from "./findings.ts";

interface Case {
  readonly name: string;
  readonly cell: string;
  /** What went wrong; absent in a case that passed. */
  readonly fault?: { readonly type: "failure" | "error"; readonly kind: string; readonly message: string };
}

/** junit.xml of a run. */
export function junitXml({ result }: RunRecord): string {
  const cases = [wholeCase(result), validCase(result), ...result.thresholds.map(thresholdCase)];
  const count = (type: "failure" | "error"): number => cases.filter(({ fault }) => fault?.type === type).length;
  const totals = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" time="${(result.durationMs / 1_000).toFixed(3)}"`;
  const properties = Object.entries({
    runId: result.runId,
    seed: String(result.seed),
    earshot: result.earshotVersion,
    ...result.revision,
    ...Object.fromEntries(Object.entries(result.tags).map(([name, value]) => [`tag.${name}`, value])),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="earshot" ${totals}>`,
    `  <testsuite name="${escaped(result.scenario)}" timestamp="${result.startedAt.slice(0, 19)}" ${totals}>`,
    "    <properties>",
    ...properties.map(([name, value]) => `      <property name="${escaped(name)}" value="${escaped(value)}"/>`),
    "    </properties>",
    ...cases.flatMap((found) => caseLines(result.scenario, found)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function wholeCase(result: RunResult): Case {
  const named = { name: "every planned turn has its outcome", cell: "run" };
  const ended = endOfRunText(result);
  if (result.end.type === "complete") return named;
  return { ...named, fault: { type: "error", kind: result.end.type, message: `${ended ?? result.end.type}; ${reconciliationText(result)}` } };
}

/** Doubts are no failure unless they make the run invalid; what it measured then says nothing, whatever the thresholds say. */
function validCase({ validity }: RunResult): Case {
  const named = { name: "the instrument kept up", cell: "run" };
  if (validity.verdict !== "invalid") return named;
  const faults = validity.doubts.filter(({ severity }) => severity === "invalid").map(({ message, remedy }) => `${message}: ${remedy}`);
  return { ...named, fault: { type: "error", kind: "invalid", message: faults.join("; ") } };
}

function thresholdCase({ text, cell, passed, actual }: RunResult["thresholds"][number]): Case {
  return passed ? { name: text, cell } : { name: text, cell, fault: { type: "failure", kind: "threshold", message: `${text} in ${cell}: found ${actual}` } };
}

function caseLines(scenario: string, { name, cell, fault }: Case): string[] {
  const head = `    <testcase classname="${escaped(`${scenario}.${cell}`)}" name="${escaped(name)}"`;
  if (!fault) return [`${head}/>`];
  return [`${head}>`, `      <${fault.type} type="${escaped(fault.kind)}" message="${escaped(fault.message)}"/>`, "    </testcase>"];
}

/** XML 1.0 knows no control characters, not even escaped ones. */
const escaped = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/[\t\n\r]/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
