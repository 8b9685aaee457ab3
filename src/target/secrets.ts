// Ephemeral keys: who holds one may open sessions until it expires, and the sessions begin as it was minted for. A session
// that is open survives its key.

import type { Clock } from "../core/clock.ts";
import { limits } from "../core/limits.ts";
import { MS_PER_S } from "../core/units.ts";

export interface Secret {
  readonly value: string;
  /** Seconds since 1970. */
  readonly expiresAtS: number;
  readonly kind: "conversation" | "translation" | "transcription";
  /** The model it names, for sockets that name none. */
  readonly model: string | undefined;
  /** A session.update's session, checked. */
  readonly defaults: unknown;
}

export interface Secrets {
  mint(wanted: Omit<Secret, "value" | "expiresAtS"> & { readonly seconds: number }): Secret;
  /** Undefined for a key that was never minted here, or long ago. */
  find(value: string): Secret | undefined;
  isExpired(secret: Secret): boolean;
}

export const isSecret = (key: string): boolean => key.startsWith("ek_");

/** `newKey` gives characters nobody can guess. */
export function createSecrets(clock: Clock, newKey: () => string): Secrets {
  const secrets = new Map<string, Secret>();
  const nowS = (): number => Math.floor(clock.wallTime().getTime() / MS_PER_S);
  return {
    mint({ seconds, ...wanted }) {
      const secret = { ...wanted, value: `ek_${newKey()}`, expiresAtS: nowS() + seconds };
      secrets.set(secret.value, secret);
      const [oldest] = secrets.keys();
      if (secrets.size > limits.secrets && oldest !== undefined) secrets.delete(oldest);
      return secret;
    },
    find: (value) => secrets.get(value),
    isExpired: (secret) => nowS() >= secret.expiresAtS,
  };
}
