// The HTTP side of the target's port: secrets for browsers, and a plain answer to what the beta offered. Errors have the
// API's shape.

import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../core/limits.ts";
import type { MintedKind } from "./admission.ts";
import type { MintingRules } from "./client-secrets.ts";
import { mintSecret } from "./client-secrets.ts";
import type { KeyRule } from "./credentials.ts";
import { checkKey } from "./credentials.ts";
import type { Fault } from "./fault.ts";
import { fault } from "./fault.ts";
import { isLoopbackHost } from "../core/loopback-host.ts";

export type RestRules = MintingRules & KeyRule;

const mints: Readonly<Record<string, MintedKind>> = {
  "/v1/realtime/client_secrets": "conversation",
  "/v1/realtime/translations/client_secrets": "translation",
};
const betaPaths: readonly string[] = ["/v1/realtime/sessions", "/v1/realtime/transcription_sessions"];

export const strangeHost = fault(null, null, "This server is for its own machine: ask for it as localhost or 127.0.0.1.");

export function createRest(rules: RestRules): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(request, rules).then(
      ({ status, body }) => reply(response, status, body),
      // The client broke off while it was sending; there is nobody to answer.
      () => response.destroy(),
    );
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refusal = (status: number, { message, param, code }: Fault): Answer => ({
  status,
  body: { error: { message, type: "invalid_request_error", param, code } },
});

async function answer(request: IncomingMessage, rules: RestRules): Promise<Answer> {
  if (!isLoopbackHost(request.headers.host)) return refusal(403, strangeHost);
  const { pathname } = new URL(request.url ?? "/", "http://target");
  const kind = Object.hasOwn(mints, pathname) ? mints[pathname] : undefined;
  const isBeta = betaPaths.includes(pathname);
  if (!kind && !isBeta) return refusal(404, fault(null, null, `Invalid URL (${request.method} ${pathname})`));
  if (request.method !== "POST") return refusal(405, fault("method_not_supported", null, `Not allowed to ${request.method} on ${pathname}.`));
  const key = checkKey(request.headers, rules);
  if ("wrong" in key) return refusal(401, key.wrong);
  if (key.secret) return refusal(401, fault("invalid_api_key", null, "An ephemeral key cannot make another one."));
  const text = await readBody(request);
  if (text === undefined) return refusal(413, fault("string_above_max_length", null, `The body holds more than ${limits.httpBodyBytes} bytes.`));
  if (!kind)
    return refusal(400, fault("beta_api_shape_disabled", null, "The Realtime Beta API is no longer supported. Please use client_secrets of the GA API."));
  const body = parse(text);
  if (body === undefined) return refusal(400, fault("invalid_json", null, "We could not parse the JSON body of your request."));
  const minted = mintSecret(kind, body, rules);
  return "wrong" in minted ? refusal(400, minted.wrong) : { status: 200, body: minted };
}

/** Undefined when it is too long; the rest is then not read. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.httpBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** An empty body asks for everything by default; undefined is what is not JSON. */
function parse(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...(status === 413 ? { connection: "close" } : {}) });
  response.end(JSON.stringify(body));
}
