// The first screen of a comparison: what came out, what CI is told, and whether it can be believed.

import { exitCodeOfVerdict } from "../../compare/exit-code.ts";
import type { Comparison, Verdict } from "../../compare/comparison.ts";
import { exitCodes } from "../../core/exit-codes.ts";
import { judgementText, pairName, pointOf, policyText, rowName, titleOf } from "../comparison-words.ts";
import { clipped, formatCount, formatLogRatio, oneLine } from "../format.ts";
import { factList, type Fact } from "./facts.ts";
import { html, type Html } from "./markup.ts";
import { verdictTones } from "./verdict-word.ts";

const NAME_LENGTH_MAX = 300;

const meanings: Readonly<Record<Verdict, string>> = {
  regression: "at least one figure that decides got worse, by more than what counts as a change, and chance does not explain it",
  incomparable: "something differs that must not, so nothing was judged; it is listed below",
  inconclusive: "neither a change that counts nor its absence is certain; more callers narrow the intervals",
  improved: "at least one figure that decides got better, by more than what counts as a change, and none got worse",
  ok: "a slowdown that would count can be excluded for every figure that decides",
};

function exitFact({ verdict }: Comparison): Fact {
  const code = exitCodeOfVerdict(verdict);
  const strict = exitCodeOfVerdict(verdict, "fail");
  const detail = strict === code ? "what CI is told by this comparison" : `what CI is told; ${strict} with --on-inconclusive fail`;
  return { name: "exit code", value: String(code), tone: code === exitCodes.fine ? "plain" : "bad", detail };
}

/** Of the figures that decide, the one that moved most. */
function largestFact({ pairs }: Comparison): Fact {
  const moved = pairs.flatMap((pair) =>
    pair.quantiles.flatMap((row) => (row.gated && pointOf(row) !== undefined ? [{ pair, row, point: pointOf(row) as number }] : [])),
  );
  const [most] = moved.toSorted((a, b) => Math.abs(b.point) - Math.abs(a.point));
  const name = "largest change that decides";
  if (!most) return { name, value: "unknown", tone: "plain", detail: "no figure has turns enough on both sides to decide" };
  const detail = `${rowName(most.row)}, ${judgementText(most.row)}${pairs.length > 1 ? `: ${oneLine(pairName(most.pair), 80)}` : ""}`;
  return { name, value: formatLogRatio(most.point), tone: "plain", detail };
}

function validityFact({ baseline, candidate }: Comparison): Fact {
  const found = [...baseline, ...candidate].map(({ validity }) => validity);
  const worst = (["invalid", "doubtful", "valid"] as const).find((validity) => found.includes(validity)) ?? "valid";
  const doubts = [...baseline, ...candidate].reduce((sum, run) => sum + run.doubts.length, 0);
  const detail =
    worst === "valid"
      ? "the instrument found nothing wrong with itself"
      : `${doubts === 1 ? "a doubt" : `${formatCount(doubts)} doubts`}, listed below with what to do`;
  return { name: "can it be believed", value: worst, tone: ({ valid: "good", doubtful: "warn", invalid: "bad" } as const)[worst], detail };
}

export function comparisonHeader(comparison: Comparison): Html {
  const { verdict, baseline } = comparison;
  const verdictFact: Fact = { name: "verdict", value: verdict, tone: verdictTones[verdict], detail: meanings[verdict] };
  const facts = [verdictFact, exitFact(comparison), largestFact(comparison), validityFact(comparison)];
  return html`<header>
    <h1>${clipped(baseline[0]?.scenario ?? "comparison", NAME_LENGTH_MAX)}: ${verdict}</h1>
    <p class="origin">${clipped(titleOf(comparison), NAME_LENGTH_MAX)}</p>
    <p class="origin">Here ${policyText(comparison)}.</p>
    ${factList(facts)}
  </header>`;
}
