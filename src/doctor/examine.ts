// The examination, step by step: machine, access, road, session, what the server takes, and one turn. It stops where going
// on would say nothing new, and names what it left out.

import type { Clock } from "../core/clock.ts";
import { stream } from "../core/random.ts";
import { noNetwork } from "../faults/profile.ts";
import { endpointOf, type Endpoints, type Way } from "../load/endpoints.ts";
import type { Prepared } from "../load/prepare.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { capabilitiesOf } from "../protocol/providers.ts";
import { walkRoad } from "../transport/road.ts";
import { bad, leftOut, ok, type Diagnosis, type Finding } from "./finding.ts";
import { probe, type Probe } from "./probe.ts";
import { roadFindings } from "./road-findings.ts";
import { clockFinding, sessionFindings } from "./session-findings.ts";
import { openTalk } from "./talk.ts";
import { takeTurn } from "./turn.ts";
import { turnFindings } from "./turn-findings.ts";

export interface Examination {
  readonly clock: Clock;
  /** A plan of one call with one turn. */
  readonly prepared: Prepared;
  readonly endpoints: Endpoints;
  /** Where the key comes from, in words; undefined where there is none. */
  readonly keyText: string | undefined;
  /** Told each finding as it is made. */
  onFinding(finding: Finding): void;
  /** Asked before the turn; a reason is why there is none. */
  mayTakeTurn(): Promise<{ readonly reason?: string }>;
}

export async function examine({ clock, prepared, endpoints, keyText, onFinding, mayTakeTurn }: Examination): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const say = (...found: readonly Finding[]): boolean => {
    for (const finding of found) {
      findings.push(finding);
      onFinding(finding);
    }
    return found.every(({ status }) => status !== "failed");
  };
  const [call] = prepared.plan.groups.flatMap(({ calls }) => calls);
  if (!call) throw new Error("the doctor's scenario plans no call");
  const { target } = call.cell.settings;
  const way = endpointOf(endpoints, call);

  if (!say(...(await road(way, clock)))) {
    say(...["key", "model", "clock", "turn"].map((check) => leftOut(check, "the server was not reached")));
    return { findings };
  }
  const talk = openTalk(way, clock);
  const { findings: opened, isOpen } = await sessionFindings(talk, clock, { key: keyText, model: target.model });
  say(...opened, clockFinding(talk, clock.wallTime().getTime()));
  if (!isOpen) {
    talk.hangUp();
    say(leftOut("turn", "no session opened"));
    return { findings };
  }
  const isUnknown = target.provider === "compatible";
  const probed = isUnknown || target.provider === "embedded" ? await probe(talk) : undefined;
  talk.hangUp();
  if (probed && !say(probeFinding(probed))) {
    say(leftOut("turn", "the session can't be configured"));
    return { findings };
  }
  const unspeakable = probed && formatFinding(call, probed);
  const { reason } = unspeakable ? {} : await mayTakeTurn();
  if (unspeakable || reason !== undefined) {
    say(unspeakable ?? leftOut("turn", reason ?? ""), leftOut("quota", "told after a turn only"));
    return { findings, ...(isUnknown && probed ? { capabilities: found(call, probed, capabilitiesOf(target).usage) } : {}) };
  }
  const seen = await takeTurn(probed ? withFound(call, probed) : call, way, { clock, prepared });
  say(...turnFindings(seen));
  return { findings, ...(isUnknown && probed ? { capabilities: found(call, probed, seen.usage) } : {}) };
}

async function road({ url, proxy, trust }: Way, clock: Clock): Promise<readonly Finding[]> {
  const between = { ...(proxy ? { proxy } : {}), ...(trust ? { trust } : {}) };
  const walked = await walkRoad({ url, clock, network: noNetwork, random: () => stream(1, "doctor"), ...between });
  const place = { url: new URL(url), ...(proxy ? { proxyPlace: `${proxy.host}:${proxy.port}` } : {}) };
  return roadFindings(walked, clock.wallTime().getTime(), place);
}

function probeFinding({ refused, dialect, formats, turnDetection, efforts }: Probe): Finding {
  if (refused !== undefined) return bad("session.update", `refused: ${refused}`, "the server configures its sessions in another way; see its documentation");
  const listed = (values: readonly string[]): string => (values.length === 0 ? "none" : values.join(", "));
  return ok(
    "session.update",
    `${dialect === "ga" ? "today's form" : "the beta's form"}; formats ${listed(formats)}; turn detection ${listed(turnDetection)}; efforts ${listed(efforts)}`,
  );
}

/** A turn in a format that the server just refused would only show that again, in the words of something else. */
function formatFinding({ cell: { settings } }: PlannedCall, { formats }: Probe): Finding | undefined {
  const { inputFormat, outputFormat } = settings.session;
  const [taken] = formats;
  const refused = [inputFormat, outputFormat].find((format) => !formats.includes(format));
  if (taken === undefined || refused === undefined) return undefined;
  return bad(
    "turn",
    `not taken: it would be in ${refused}, which the server refused`,
    `--set session.inputFormat=${taken} --set session.outputFormat=${taken}`,
  );
}

/** Of what could not be asked, what the target declares. */
function found(call: PlannedCall, { dialect, formats, turnDetection, efforts }: Probe, usage: boolean): NonNullable<Diagnosis["capabilities"]> {
  return { ...capabilitiesOf(call.cell.settings.target), kinds: ["conversation"], events: dialect, formats, turnDetection, efforts, usage };
}

/** The call in the dialect that the server turned out to speak. */
function withFound(call: PlannedCall, probed: Probe): PlannedCall {
  const { settings } = call.cell;
  if (settings.target.provider !== "compatible") return call;
  const target = { ...settings.target, capabilities: found(call, probed, true) };
  return { ...call, cell: { ...call.cell, settings: { ...settings, target } } };
}
