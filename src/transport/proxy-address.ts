// Which proxy stands between us and an address, by what the user wrote or by the environment's usual variables. Pure.

export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
  /** `user:password`, decoded; absent where the proxy asks for none. */
  readonly credentials?: string;
}

export interface ProxyQuestion {
  /** ws, wss, http or https address that is to be reached. */
  readonly url: string;
  /** An http:// address, or `none`; absent, the environment decides. */
  readonly proxy?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A variable in lower case wins over the same in capitals, as curl has it. */
const variable = (env: ProxyQuestion["env"], name: string): string => env[name.toLowerCase()] || env[name] || "";

export type ProxyAnswer = { readonly proxy?: ProxyAddress } | { readonly fault: string };

/** HTTPS_PROXY for wss and https, HTTP_PROXY for ws and http, ALL_PROXY for either, and NO_PROXY against all of them. */
export function proxyFor({ url, proxy, env }: ProxyQuestion): ProxyAnswer {
  if (proxy === "none") return {};
  if (proxy !== undefined) return addressOf(proxy, "target.proxy");
  const wanted = new URL(url);
  const isSecure = wanted.protocol === "wss:" || wanted.protocol === "https:";
  const names = [isSecure ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"];
  const name = names.find((candidate) => variable(env, candidate) !== "");
  if (name === undefined || isExempt(wanted, isSecure, variable(env, "NO_PROXY"))) return {};
  return addressOf(variable(env, name), name);
}

/** NO_PROXY: `*`, or names with all that ends in them, with a port or without; addresses literally. */
function isExempt(url: URL, isSecure: boolean, list: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const port = url.port || (isSecure ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = entry, wantedPort] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(entry) ?? [];
      const isIpv6 = wantedPort !== undefined && name.includes(":") && !entry.startsWith("[");
      const bare = (isIpv6 ? entry : name).replace(/^\*?\./, "");
      if (wantedPort !== undefined && !isIpv6 && wantedPort !== port) return false;
      return host === bare || host.endsWith(`.${bare}`);
    });
}

/** The address as the variables have it: `http://` may be left out. The fault names the variable and repeats nothing of it. */
function addressOf(text: string, source: string): ProxyAnswer {
  const full = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(full) || new URL(full).hostname === "") return { fault: `${source} holds no address of a proxy, such as http://proxy:3128` };
  const url = new URL(full);
  if (url.protocol !== "http:") return { fault: `${source} names a proxy of the kind ${url.protocol}//; only http:// proxies (CONNECT) are supported` };
  const credentials = url.username === "" && url.password === "" ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { proxy: { host, port: Number(url.port || 80), ...(credentials === undefined ? {} : { credentials }) } };
}
