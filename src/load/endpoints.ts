// Where a call goes, as plain data that any thread can hold: the addresses of the embedded targets, and the user's own.

import type { Cell } from "../plan/matrix.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { providers } from "../protocol/providers.ts";
import type { Endpoint } from "../protocol/providers/provider.ts";
import type { Masking } from "../transport/ready-message.ts";

export interface Endpoints {
  readonly seed: number;
  /** By targetKeyOf. */
  readonly embeddedUrls: Readonly<Record<string, string>>;
}

/** Cells with the same key share one embedded target. */
export const targetKeyOf = ({ settings: { target } }: Cell): string => (target.provider === "embedded" ? `${target.profile}/${target.script}` : "");

/** An embedded target is on this machine, with no proxy between; what goes to anyone else is masked as the RFC asks. */
export const maskingOf = ({ settings: { target } }: Cell): Masking => (target.provider === "embedded" ? "zero" : "random");

export function endpointOf({ seed, embeddedUrls }: Endpoints, { cell, session, call }: PlannedCall): Endpoint {
  const { target } = cell.settings;
  const callKey = `${seed}/${cell.id}/${session}/${call}`;
  if (target.provider === "embedded") return providers.embedded.endpoint({ baseUrl: embeddedUrls[targetKeyOf(cell)] ?? "", model: target.model, callKey });
  const { url: baseUrl, model, auth, headers } = target;
  return providers.compatible.endpoint({ baseUrl, model, callKey, ...(auth ? { bearer: auth.bearer } : {}), ...(headers ? { headers } : {}) });
}
