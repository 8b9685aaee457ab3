// `${env:NAME}` and `${env:NAME:-default}` inside a text. What came from the environment may be a secret: it goes into the
// scenario and nowhere else, neither into a message nor into the resolved scenario that is kept with a run.

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Filled {
  readonly value: string;
  /** The text to show in place of the value: references that the environment answered stay references. */
  readonly shown: string;
  readonly usedEnvironment: boolean;
  readonly faults: readonly string[];
}

const reference = /\$\{env:([^}]*)\}/g;

/** Replaces every reference. An empty variable counts as missing: an empty key is never what was meant. */
export function fillReferences(text: string, env: Environment): Filled {
  const faults: string[] = [];
  let usedEnvironment = false;
  const fill = (show: boolean) =>
    text.replaceAll(reference, (whole, inside: string) => {
      const [, name, fallback] = /^([A-Za-z_]\w*)(?::-([\s\S]*))?$/.exec(inside) ?? [];
      if (name === undefined) {
        if (!show) faults.push(`${whole} is not a reference: write \${env:NAME} or \${env:NAME:-default}`);
        return whole;
      }
      const found = Object.hasOwn(env, name) ? env[name] : undefined;
      if (found) {
        usedEnvironment = true;
        return show ? `\${env:${name}}` : found;
      }
      if (fallback !== undefined) return fallback;
      if (!show) faults.push(`the environment variable ${name} is ${found === undefined ? "not set" : "empty"}: set it, or write \${env:${name}:-default}`);
      return whole;
    });
  return { value: fill(false), shown: fill(true), usedEnvironment, faults };
}
