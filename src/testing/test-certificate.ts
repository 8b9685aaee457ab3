// A certificate for localhost and 127.0.0.1, made anew for each test run by the openssl command, so that no key lies in the
// repository. Node can't make one.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestCertificate {
  /** Key and certificate, PEM. */
  readonly key: string;
  readonly cert: string;
}

const command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout -";

/** Undefined where there is no openssl; the tests that need it then say that they are skipped. */
export function createTestCertificate(): TestCertificate | undefined {
  try {
    const options = [...command.split(" "), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const pem = execFileSync("openssl", options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [key, cert] = ["PRIVATE KEY", "CERTIFICATE"].map((label) => new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\\n`).exec(pem)?.[0]);
    return key && cert ? { key, cert } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The same key and name, but the certificate ended a day ago. */
export function expired({ key, cert }: TestCertificate): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), "earshot-certificate-"));
  const file = join(folder, "both.pem");
  try {
    writeFileSync(file, key + cert);
    const ended = execFileSync("openssl", ["x509", "-in", file, "-signkey", file, "-days", "-1"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return { key, cert: ended };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
