// Everything that lets the calls in and stands between: the key, wherever it is kept, certificates and the proxy. Read once
// before a run; plain data afterwards, so that any thread can hold it. It never goes into a file, a row or a process's words.

import { readFileSync } from "node:fs";
import { failed, ok, type Issue, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { Plan } from "../plan/plan.ts";
import type { KeyForm } from "../protocol/providers/provider.ts";
import { proxyFor, type ProxyAddress } from "../transport/proxy-address.ts";
import { secureContextOf, type Trust } from "../transport/trust.ts";
import { keyFromCommand } from "./key-command.ts";

type Target = Plan["scenario"]["target"];
type RemoteTarget = Exclude<Target, { readonly provider: "embedded" }>;

export interface Access {
  readonly key?: { readonly value: string; readonly as: KeyForm };
  readonly proxy?: ProxyAddress;
  /** Of the address that gives ephemeral keys. */
  readonly mintProxy?: ProxyAddress;
  readonly trust?: Trust;
}

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Resolves to what the target needs, which is nothing for an embedded one, or to every reason why it can't be had. */
export async function accessTo(target: Target, env: ProcessEnvironment): Promise<Result<Access>> {
  if (target.provider === "embedded") return ok({});
  const key = await keyOf(target);
  const trust = trustOf(target);
  const mint = target.auth?.mint;
  const [proxy, mintProxy] = [target.url, mint ?? target.url].map((url) =>
    proxyFor({ url, env, ...(target.proxy === undefined ? {} : { proxy: target.proxy }) }),
  );
  const issues: Issue[] = [...(key.ok ? [] : key.issues), ...(trust.ok ? [] : trust.issues)];
  if (proxy && "fault" in proxy) issues.push({ source: "proxy", message: proxy.fault });
  if (!key.ok || !trust.ok || issues.length > 0) return failed(...issues);
  return ok({
    ...(key.value === undefined ? {} : { key: { value: key.value, as: target.auth?.as ?? "bearer" } }),
    ...(proxy && "proxy" in proxy && proxy.proxy ? { proxy: proxy.proxy } : {}),
    ...(mint !== undefined && mintProxy && "proxy" in mintProxy && mintProxy.proxy ? { mintProxy: mintProxy.proxy } : {}),
    ...(trust.value === undefined ? {} : { trust: trust.value }),
  });
}

/** What a header can hold: a key with a line break would otherwise be found by the first call. */
const isSendable = (key: string): boolean => /^[\x21-\x7e]+$/.test(key);

async function keyOf({ auth }: RemoteTarget): Promise<Result<string | undefined>> {
  if (!auth) return ok(undefined);
  const { bearer, apiKey, command, file } = auth;
  const written = bearer ?? apiKey;
  if (written !== undefined) return ok(written);
  const path = command === undefined ? "target.auth.file" : "target.auth.command";
  const found = command === undefined ? readSmallFile(file ?? "", path) : await keyFromCommand(command);
  if (!found.ok) return found;
  const key = found.value.trim();
  return isSendable(key) ? ok(key) : failed({ source: "scenario", path, message: "gave a key that HTTP can't carry: it must be one word of printable ASCII" });
}

function readSmallFile(file: string, path: string): Result<string> {
  try {
    const text = readFileSync(file, "utf8");
    return text.length <= limits.keyBytes
      ? ok(text)
      : failed({ source: file, path, message: `holds more than ${limits.keyBytes} bytes, which is no key or certificate` });
  } catch (error) {
    return failed({ source: file, path, message: `can't be read: ${(error as Error).message}` });
  }
}

const CA_BYTES = 8 * 1024 * 1024;

function trustOf({ ca, certificate }: RemoteTarget): Result<Trust | undefined> {
  if (ca === undefined && certificate === undefined) return ok(undefined);
  const issues: Issue[] = [];
  const read = (file: string | undefined, path: string): string | undefined => {
    if (file === undefined) return undefined;
    const text = readPem(file, path);
    if (!text.ok) issues.push(...text.issues);
    return text.ok ? text.value : undefined;
  };
  const pem = { ca: read(ca, "target.ca"), cert: read(certificate?.cert, "target.certificate.cert"), key: read(certificate?.key, "target.certificate.key") };
  const trust: Trust = Object.fromEntries(Object.entries(pem).filter(([, text]) => text !== undefined));
  if (issues.length > 0) return failed(...issues);
  try {
    secureContextOf(trust);
    return ok(trust);
  } catch (error) {
    const path = certificate === undefined ? "target.ca" : "target.certificate";
    return failed({ source: "scenario", path, message: `OpenSSL can't use what the files hold: ${(error as Error).message}` });
  }
}

function readPem(file: string, path: string): Result<string> {
  try {
    const text = readFileSync(file, "utf8");
    const isPem = text.length <= CA_BYTES && text.includes("-----BEGIN ");
    return isPem ? ok(text) : failed({ source: file, path, message: "is no PEM file: it must hold -----BEGIN ...-----" });
  } catch (error) {
    return failed({ source: file, path, message: `can't be read: ${(error as Error).message}` });
  }
}

/** Everything by which the calls are let in, and which must appear nowhere. */
export function secretsOf(target: Target, { key, proxy, mintProxy }: Access): readonly string[] {
  if (target.provider === "embedded") return [];
  const addresses = [target.url, ...(target.auth?.mint === undefined ? [] : [target.auth.mint])].map((text) => new URL(text));
  const inAddresses = addresses.flatMap((url) => [url.username, url.password, ...queriesOf(url)]);
  const ofProxies = [proxy, mintProxy].flatMap((one) => (one?.credentials === undefined ? [] : [one.credentials, one.credentials.replace(/^[^:]*:/, "")]));
  const all = [key?.value ?? "", ...Object.values(target.headers ?? {}), ...inAddresses, ...ofProxies];
  return [...new Set(all)].filter((secret) => secret !== "");
}

const harmless = ["model", "api-version", "deployment"];
const queriesOf = (url: URL): readonly string[] => [...url.searchParams].filter(([name]) => !harmless.includes(name)).map(([, value]) => value);
