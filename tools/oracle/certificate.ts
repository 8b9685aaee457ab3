// A certificate for the oracle's addresses, made anew each time by the openssl command.

import { spawnSync } from "node:child_process";

const LIMIT_MS = 10_000;

/** PEM; undefined where there is no openssl. */
export function createCertificate(hosts: readonly string[]): { readonly key: string; readonly cert: string } | undefined {
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=oracle -keyout -".split(" ");
  const names = ["-addext", `subjectAltName=${hosts.map((host) => `IP:${host}`).join(",")}`];
  const { stdout } = spawnSync("openssl", [...words, ...names], { encoding: "utf8", timeout: LIMIT_MS });
  const [key, cert] = ["PRIVATE KEY", "CERTIFICATE"].map(
    (label) => new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\\n`).exec(stdout ?? "")?.[0],
  );
  return key && cert ? { key, cert } : undefined;
}
