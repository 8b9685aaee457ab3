// A small server of things to read about a run, on loopback unless its user opens it: no file system behind it, no body read,
// few connections, and gone with the run.

import { createServer, type Server, type ServerResponse } from "node:http";
import { failed, ok, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { admit, type Admitting } from "./admission.ts";

export interface LocalServerQuestion extends Admitting {
  /** The flag that asked for it, for faults. */
  readonly source: string;
  /** 0 for a free one. */
  readonly port: number;
  /** By path, "" for the page itself. */
  readonly routes: ReadonlyMap<string, (response: ServerResponse) => void>;
}

export interface LocalServer {
  /** With its token, where it has one. */
  readonly url: string;
  /** Ends every connection, whatever it is doing. */
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  // The address may hold a token.
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
} as const;

/** Listens before it resolves; fails where the address or the port can't be had. */
export async function openLocalServer(question: LocalServerQuestion): Promise<Result<LocalServer>> {
  const { openTo, token, routes, source } = question;
  const server = createServer({ maxHeaderSize: limits.watchHeaderBytes, headersTimeout: limits.watchRequestMs, requestTimeout: limits.watchRequestMs });
  server.maxConnections = limits.watchConnections;
  server.on("request", (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { method, url } = request;
    const admission = admit({ method, url, host: request.headers.host, origin: request.headers.origin }, question);
    if (admission.type === "refused") return sayPlainly(response, admission.status, admission.reason);
    const route = routes.get(admission.path);
    if (!route) return sayPlainly(response, 404, "nothing is here");
    return route(response);
  });
  const host = openTo ?? LOOPBACK;
  const fault = await listening(server, { host, port: question.port });
  if (fault) return failed({ source, message: faultText(fault, host, question.port) });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : question.port;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return ok({
    url: `http://${shownHost}:${port}/${token === undefined ? "" : `${token}/`}`,
    async stop() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  });
}

/** What went wrong, or undefined once it listens. */
function listening(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once("error", resolve);
    server.listen({ host, port }, () => {
      server.off("error", resolve);
      resolve(undefined);
    });
  });
}

function faultText({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `port ${port} is taken on ${host}: name another one, or 0 for any that is free`;
  if (code === "EACCES") return `port ${port} needs more rights: name one above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `${host} is no address of this machine`;
  return `can't listen on ${host} port ${port}: ${message}`;
}

function sayPlainly(response: ServerResponse, status: number, text: string): void {
  sendText(response, { status, type: "text/plain; charset=utf-8", text: `${text}\n` });
}

export function sendText(
  response: ServerResponse,
  { status = 200, type, text }: { readonly status?: number; readonly type: string; readonly text: string },
): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
