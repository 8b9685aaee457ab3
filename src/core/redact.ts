// Keys out of texts that others wrote: a server may well quote the key that it refuses.

/** Shorter texts are words, not keys; taking them out would only mangle sentences. */
const SHORTEST_SECRET = 6;

/** Keys that are bought anew for each session are known by how they begin. */
const ephemeral = /\bek_[\w-]{6,}/g;

const forms = (secret: string): readonly string[] => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];

/** A function that takes every one of the secrets out of a text, as it is, URL-encoded and in base64. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const found = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(forms);
  // Longest first: a secret may be part of another.
  const ordered = [...new Set(found)].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((clean, secret) => clean.replaceAll(secret, "(redacted)"), text).replaceAll(ephemeral, "(redacted)");
}
