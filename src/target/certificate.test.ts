import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { connect, createServer } from "node:tls";
import { makeCertificate } from "./certificate.ts";

const now = new Date("2026-11-22T12:00:00Z");

test("a made certificate names this machine and nothing else, signs itself and is valid for a month", () => {
  const certificate = new X509Certificate(makeCertificate(now).cert);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.deepEqual(
    ["localhost", "127.0.0.1", "::1", "example.com", "127.0.0.2"].map((name) =>
      name.includes(":") || /^\d/.test(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined,
    ),
    [true, true, true, false, false],
  );
  assert.equal(certificate.ca, true);
  assert.deepEqual(
    [new Date(certificate.validFrom).getTime(), new Date(certificate.validTo).getTime()],
    [Date.UTC(2026, 10, 21, 12), Date.UTC(2026, 11, 22, 12)],
  );
  assert.notEqual(new X509Certificate(makeCertificate(now).cert).serialNumber, certificate.serialNumber);
});

test("TLS takes it with itself as the CA, and refuses it without", async (t) => {
  const { cert, key } = makeCertificate(new Date());
  const server = createServer({ cert, key }, (socket) => socket.on("error", () => socket.destroy()).end("hello"));
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const trusting = connect({ host: "127.0.0.1", port, ca: cert });
  await once(trusting, "secureConnect");
  assert.ok(trusting.authorized);
  trusting.destroy();
  const strange = connect({ host: "127.0.0.1", port });
  const [error] = (await once(strange, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
});
