// Keys out of texts that others wrote: a server may well quote the key that it refuses.

/** Shorter texts are words, not keys; taking them out would only mangle sentences. */
const SHORTEST_SECRET = 6;

/** Keys that are bought anew for each session are known by how they begin. */
const ephemeral = /\bek_[\w-]{6,}/g;

/** Of a key this long even its end alone tells too much: error messages like to name it. */
const LONG_SECRET = 16;
const TOLD_END = 8;

function forms(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64");
  const whole = [secret, encodeURIComponent(secret), base64, base64.replace(/=+$/, ""), Buffer.from(secret).toString("base64url")];
  return secret.length >= LONG_SECRET ? [...whole, secret.slice(-TOLD_END)] : whole;
}

/** A function that takes every one of the secrets out of a text, as it is, URL-encoded and in base64. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const found = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(forms);
  // Longest first: a secret may be part of another.
  const ordered = [...new Set(found)].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((clean, secret) => clean.replaceAll(secret, "(redacted)"), text).replaceAll(ephemeral, "(redacted)");
}

/** The same for all text in the named fields of a row; the others are ours, and may well be named like a harmless header. */
export function redactFields<T extends object>(row: T, names: readonly string[], redact: (text: string) => string): T {
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return redact(part);
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [redact(name), clean(inner)]));
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, names.includes(name) ? clean(value) : value])) as T;
}
