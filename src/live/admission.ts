// Who may look. A run tells of a company's server and its money, and every web page that this machine's browser has open
// can send requests to it: so names that were made to point here (DNS rebinding), other origins and guesses are turned away.

import { timingSafeEqual } from "node:crypto";
import { isLoopbackHost } from "../core/loopback-host.ts";

export interface Asking {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export interface Admitting {
  /** The address that the user opened besides loopback; a name in a Host header must be this or a plain address. */
  readonly openTo?: string;
  /** The first part of every path, where there is one. */
  readonly token?: string;
}

export type Admission =
  /** `path` is without the token and the leading slash: "" is the page. */
  { readonly type: "admitted"; readonly path: string } | { readonly type: "refused"; readonly status: number; readonly reason: string };

const refused = (status: number, reason: string): Admission => ({ type: "refused", status, reason });

export function admit({ method, url = "/", host, origin }: Asking, { openTo, token }: Admitting): Admission {
  if (!isOurName(host, openTo)) return refused(403, "this page answers to its address only, not to another name: open the address that earshot printed");
  if (origin !== undefined && origin !== `http://${host}`) return refused(403, "another page may not read this one");
  if (method !== "GET" && method !== "HEAD") return refused(405, "there is only something to read here");
  const path = /^\/([^?#]*)/.exec(url)?.[1];
  if (path === undefined) return refused(400, "that is no path");
  if (token === undefined) return { type: "admitted", path };
  const [first = "", ...rest] = path.split("/");
  if (!isSame(first, token) || rest.length === 0) return refused(403, "the address lacks its token: open the whole address that earshot printed");
  return { type: "admitted", path: rest.join("/") };
}

/** Loopback, or, where the user opened another address, that one and addresses in figures: nobody can point a figure elsewhere. */
function isOurName(host: string | undefined, openTo: string | undefined): boolean {
  if (isLoopbackHost(host)) return true;
  if (openTo === undefined || host === undefined) return false;
  const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  return name !== undefined && (name === openTo.toLowerCase() || name.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(name));
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
