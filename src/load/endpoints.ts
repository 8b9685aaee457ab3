// Where a call goes, as plain data that any thread can hold: the addresses of the embedded targets, and the way to a server
// that is not ours.

import type { Cell } from "../plan/matrix.ts";
import type { PlannedCall } from "../plan/plan.ts";
import { capabilitiesOf, providers } from "../protocol/providers.ts";
import type { Endpoint } from "../protocol/providers/provider.ts";
import type { CallerOptions, Mint } from "../transport/minted.ts";
import type { Masking } from "../transport/ready-message.ts";
import type { Access } from "./access.ts";

export interface Endpoints {
  readonly seed: number;
  /** By targetKeyOf. */
  readonly embeddedUrls: Readonly<Record<string, string>>;
  /** Of the targets that are not embedded, by targetKeyOf. */
  readonly accesses: Readonly<Record<string, Access>>;
}

type Target = Cell["settings"]["target"];
type RemoteTarget = Exclude<Target, { readonly provider: "embedded" }>;

/** Cells with the same key share one embedded target, or the way to one server. */
export function targetKeyOf({ settings: { target } }: Cell): string {
  const { model: _, ...served } = target;
  return JSON.stringify(served);
}

/** An embedded target is on this machine, with no proxy between; what goes to anyone else is masked as the RFC asks. */
export const maskingOf = ({ settings: { target } }: Cell): Masking => (target.provider === "embedded" ? "zero" : "random");

/** How a call is dialled: address, headers, subprotocols, and what stands between. */
export type Way = Pick<CallerOptions, "url" | "headers" | "protocols" | "proxy" | "trust" | "mint">;

export function endpointOf({ seed, embeddedUrls, accesses }: Endpoints, { cell, session, call }: PlannedCall): Way {
  const { target } = cell.settings;
  const callKey = `${seed}/${cell.id}/${session}/${call}`;
  if (target.provider === "embedded") return providers.embedded.endpoint({ baseUrl: embeddedUrls[targetKeyOf(cell)] ?? "", model: target.model, callKey });
  return wayTo(target, accesses[targetKeyOf(cell)] ?? {}, callKey);
}

/** The way to a server that is not ours. */
export function wayTo(target: RemoteTarget, { key, proxy, mintProxy, trust }: Access, callKey: string): Way {
  const { url: baseUrl, model, auth, headers, organization, project, apiVersion, deployment } = target;
  const endpointWith = (shown: Access["key"]): Endpoint =>
    providers[target.provider].endpoint({
      baseUrl,
      model,
      callKey,
      dialect: capabilitiesOf(target).events,
      ...(shown === undefined ? {} : { key: shown }),
      ...(organization === undefined ? {} : { organization }),
      ...(project === undefined ? {} : { project }),
      ...(headers === undefined ? {} : { headers }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(deployment === undefined ? {} : { deployment }),
    });
  const between = { ...(proxy === undefined ? {} : { proxy }), ...(trust === undefined ? {} : { trust }) };
  if (auth?.mint === undefined || key === undefined) return { ...endpointWith(key), ...between };
  const mint: Mint = {
    url: auth.mint,
    headers: endpointWith({ ...key, as: key.as === "apiKey" ? "apiKey" : "bearer" }).headers,
    body: { session: { type: "realtime", model } },
    ...(mintProxy === undefined ? {} : { proxy: mintProxy }),
    endpointWith: (bought) => endpointWith({ value: bought, as: key.as === "subprotocol" ? "subprotocol" : "bearer" }),
  };
  // The address stands here for its host alone; the key that opens it is not bought yet.
  return { ...endpointWith(undefined), ...between, mint };
}
