// Whom we trust on TLS and who we say we are: made once for all connections, because reading certificates costs
// milliseconds.

import * as tls from "node:tls";

/** All PEM. */
export interface Trust {
  /** Authorities beside those that Node and NODE_EXTRA_CA_CERTS bring. */
  readonly ca?: string;
  /** Our own certificate and its key, for servers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

const contexts = new WeakMap<Trust, tls.SecureContext>();

/** Throws what OpenSSL says where a PEM can't be read, or a key does not fit its certificate. */
export function secureContextOf(trust: Trust): tls.SecureContext {
  const known = contexts.get(trust);
  if (known) return known;
  const { ca, ...own } = trust;
  const made = tls.createSecureContext({ ...own, ...(ca === undefined ? {} : { ca: [...tls.getCACertificates("default"), ca] }) });
  contexts.set(trust, made);
  return made;
}
