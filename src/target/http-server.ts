// The server under the sockets: http, or https with a certificate of the user's or one made for the occasion.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createPlain } from "node:http";
import { createServer as createSecure } from "node:https";
import type { Result } from "../core/issues.ts";
import { failed, ok } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import type { TlsIdentity } from "./certificate.ts";
import { makeCertificate } from "./certificate.ts";

export interface HttpServerOptions {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  readonly tls?: true | TlsIdentity;
  /** Calendar time, for a certificate that is made now. */
  readonly now: Date;
}

export type HttpServer = Server;

/** `ca` is the certificate made here, PEM; the user's own has its own CA. */
export function createHttpServer({ answer, tls, now }: HttpServerOptions): Result<{ readonly http: HttpServer; readonly ca?: string }> {
  // Who is slower than this to say what it wants holds a socket for nothing.
  const patience = { requestTimeout: limits.handshakeMs, headersTimeout: limits.handshakeMs };
  if (tls === undefined) return ok({ http: createPlain(patience, answer) });
  const identity = tls === true ? makeCertificate(now) : tls;
  try {
    const http = createSecure({ ...patience, handshakeTimeout: limits.handshakeMs, cert: identity.cert, key: identity.key }, answer);
    return ok({ http, ...(tls === true ? { ca: identity.cert } : {}) });
  } catch (error) {
    return failed({ source: "tls", message: `the certificate or its key can't be used: ${(error as Error).message}` });
  }
}
