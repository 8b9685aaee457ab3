// The first thing on the page: what was measured, whether it passed, whether to believe it, and what it cost.

import type { RunRecord, RunResult } from "../../result/run-result.ts";
import { costText, endOfRunText, instrumentText, offlineText, planText, reconciliationText, durationText, targetText } from "../findings.ts";
import { formatCount, formatUsd, oneLine } from "../format.ts";
import { objectiveFinding } from "../objective-finding.ts";
import { factList, type Fact } from "./facts.ts";
import { html, type Html } from "./markup.ts";

const DETAIL_LENGTH_MAX = 600;

function thresholdFact({ thresholds }: RunResult): Fact {
  if (thresholds.length === 0) return { name: "thresholds", value: "none set", tone: "plain", detail: "nothing was asked, so nothing passed or failed" };
  const missed = thresholds.filter((threshold) => !threshold.passed);
  if (missed.length === 0)
    return {
      name: "thresholds",
      value: thresholds.length === 1 ? "met" : `all ${thresholds.length} met`,
      tone: "good",
      detail: thresholds
        .map((threshold) => threshold.text)
        .slice(0, 2)
        .join("; "),
    };
  return {
    name: "thresholds",
    value: `${missed.length} of ${thresholds.length} missed`,
    tone: "bad",
    detail: missed
      .map((threshold) => `${threshold.text}: ${threshold.actual}`)
      .map((text) => oneLine(text, 120))
      .slice(0, 2)
      .join("; "),
  };
}

function objectiveFact(record: RunRecord): Fact[] {
  const found = objectiveFinding(record);
  return found ? [{ name: "objective", value: found.value, tone: found.tone, detail: oneLine(found.text, DETAIL_LENGTH_MAX), isWide: true }] : [];
}

function validityFact(result: RunResult): Fact {
  const tone = ({ valid: "good", doubtful: "warn", invalid: "bad" } as const)[result.validity.verdict];
  const text = instrumentText(result);
  return { name: "can it be believed", value: result.validity.verdict, tone, detail: text.slice(text.indexOf(": ") + 2) };
}

function turnsFact(result: RunResult): Fact {
  const answered = result.cells.reduce((sum, cell) => sum + cell.outcomes.answered, 0);
  const isWhole = answered === result.plan.turnsPlanned;
  return {
    name: "turns answered",
    value: `${formatCount(answered)} of ${formatCount(result.plan.turnsPlanned)}`,
    tone: isWhole ? "good" : "warn",
    detail: reconciliationText(result),
  };
}

function moneyFact(result: RunResult): Fact {
  const priced = result.cells.map((cell) => cell.money.usd).filter((usd) => usd !== undefined);
  const total = priced.length > 0 ? formatUsd(priced.reduce((sum, usd) => sum + usd, 0)) : "unpriced";
  return { name: "money", value: total, tone: "plain", detail: costText(result).replace(total, "").trim() };
}

export function verdictSection(record: RunRecord): Html {
  const { result } = record;
  const ended = endOfRunText(result);
  const offline = offlineText(result);
  const facts = [...objectiveFact(record), thresholdFact(result), validityFact(result), turnsFact(result), moneyFact(result)];
  const tags = Object.entries(result.tags).map(([tag, value]) => oneLine(`${tag} ${value}`, 60));
  return html`<header>
    <h1>${result.scenario}</h1>
    <p class="origin">${targetText(result)}, ${planText(result)} in ${durationText(record)}, seed ${result.seed}</p>
    <p class="origin">
      run ${result.runId}, <time datetime="${result.startedAt}">${result.startedAt.slice(0, 16).replace("T", " ")} UTC</time>, earshot
      ${result.earshotVersion}${tags.length > 0 && `, ${tags.join(", ")}`}
    </p>
    ${offline && html`<p class="offline">${offline}</p>`} ${ended && html`<p class="bad">This run is ${ended}. What follows is what it left behind.</p>`}
    ${factList(facts)}
  </header>`;
}
