// One turn as findings: the answer, the events, the quota, and which metrics the server leaves measurable.

import { usToMs } from "../core/units.ts";
import { numberField, textField, type EventFields } from "../session/server-fields.ts";
import { bad, leftOut, ok, type Finding } from "./finding.ts";
import { lacking, measurable, type TurnSeen } from "./turn.ts";

export function turnFindings(seen: TurnSeen): Finding[] {
  return [answer(seen), ...quota(seen.rateLimits), events(seen), usage(seen), metrics(seen)];
}

function answer({ row, failure }: TurnSeen): Finding {
  if (row?.outcome === "answered" && row.firstAudibleUs !== undefined && row.speechEndUs !== undefined)
    return ok("turn", `answered ${usToMs(row.firstAudibleUs - row.speechEndUs).toFixed(0)} ms after the caller stopped speaking`);
  const what = row?.failure ?? failure;
  if (row?.outcome === "unanswered")
    return bad(
      "turn",
      `no sound came within ${(row.censoredAtMs ?? 0) / 1_000} s of the end of speech${what === undefined ? "" : `: ${what}`}`,
      "check that the server hears speech (server VAD) and answers aloud; --trace all of earshot run keeps what it said",
    );
  return bad("turn", what ?? "the call ended before the turn did", "look into the server's log at this time");
}

function quota(limits: readonly EventFields[]): readonly Finding[] {
  if (limits.length === 0) return [leftOut("quota", "the server sent no rate_limits.updated")];
  return limits.map((limit) => {
    const [left, all, resetS] = ["remaining", "limit", "reset_seconds"].map((name) => numberField(limit, name));
    const count = (value: number | undefined): string => value?.toLocaleString("en-US") ?? "?";
    const detail = `${count(left)} of ${count(all)} ${textField(limit, "name") ?? "units"} left${resetS === undefined ? "" : `, full again in ${Number(resetS.toPrecision(2))} s`}`;
    return left === 0 ? bad("quota", detail, "wait, or ask for a higher limit") : ok("quota", detail);
  });
}

function events({ names, unknown }: TurnSeen): Finding {
  const absent = lacking(names);
  const missing = absent.length === 0 ? "all of an audio turn" : `lacks ${absent.join(", ")}`;
  return ok("events", `${names.size} kinds: ${missing}${unknown.length === 0 ? "" : `; unknown to earshot and passed over: ${unknown.join(", ")}`}`);
}

const usage = ({ usage: isTold, names }: TurnSeen): Finding =>
  names.has("response.done")
    ? ok("usage", isTold ? "told with every response: costs can be counted" : "not told: costs, tokens and cached_share stay empty")
    : leftOut("usage", "no response was finished");

function metrics({ row }: TurnSeen): Finding {
  if (!row || row.outcome !== "answered") return leftOut("metrics", "without an answer none of a turn's can be measured");
  const { yes, no } = measurable(row);
  return ok("metrics", `measurable: ${yes.join(", ")}${no.length === 0 ? "" : `; not with this server: ${no.join(", ")}`}`);
}
