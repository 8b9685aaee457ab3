// The road to the server as findings: name, proxy, TCP and certificate.

import { usToMs } from "../core/units.ts";
import type { Road } from "../transport/road.ts";
import { bad, leftOut, ok, type Finding } from "./finding.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

const took = (fromUs: number, toUs: number): string => `${Math.max(0.1, usToMs(toUs - fromUs)).toFixed(1)} ms`;

/** `proxyPlace`: host:port of the proxy, if one is in use. */
export function roadFindings(
  { timings, certificate, failure }: Road,
  nowMs: number,
  { url, proxyPlace }: { readonly url: URL; readonly proxyPlace?: string },
): Finding[] {
  const { startedUs, dnsUs, tcpUs, proxyUs, tlsUs } = timings;
  const isSecure = url.protocol === "wss:";
  const findings: Finding[] = [];
  const failedHere = (check: string, phase: string): boolean => {
    if (failure?.phase !== phase) return false;
    const [what = "", ...remedy] = failure.message.split("; ");
    const own = phase === "tls" ? `; for an authority of your own: --set target.ca=FILE.pem` : "";
    findings.push(bad(check, what, remedy.join("; ") + own));
    return true;
  };
  if (failedHere("dns", "dns")) return findings;
  findings.push(dnsUs === undefined ? leftOut("dns", "the address is a number") : ok("dns", `resolved in ${took(startedUs, dnsUs)}`));
  if (failedHere("tcp", "tcp")) return findings;
  if (tcpUs !== undefined) findings.push(ok("tcp", `connected in ${took(dnsUs ?? startedUs, tcpUs)}${proxyPlace === undefined ? "" : " (to the proxy)"}`));
  if (failedHere("proxy", "proxy")) return findings;
  if (proxyPlace === undefined) findings.push(leftOut("proxy", "none in target.proxy or the environment"));
  else if (tcpUs !== undefined && proxyUs !== undefined) findings.push(ok("proxy", `${proxyPlace} let us through in ${took(tcpUs, proxyUs)}`));
  if (failedHere("tls", "tls")) return findings;
  if (!isSecure) findings.push(leftOut("tls", "ws:// has none: keys travel in the open"));
  else if (tlsUs !== undefined && certificate) findings.push(certificateFinding(certificate, nowMs, took(proxyUs ?? tcpUs ?? startedUs, tlsUs)));
  return findings;
}

function certificateFinding({ issuer, expiresAtMs }: NonNullable<Road["certificate"]>, nowMs: number, time: string): Finding {
  const days = Math.floor((expiresAtMs - nowMs) / DAY_MS);
  const detail = `agreed in ${time}; certificate from ${issuer}, ${days} days left`;
  return days < SOON_DAYS ? bad("tls", detail, "renew the server's certificate before it ends") : ok("tls", detail);
}
