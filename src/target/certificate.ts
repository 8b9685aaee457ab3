// A certificate for this machine's own names, made when the target starts: X.509 v3 (RFC 5280) in DER by hand, because Node
// makes keys and no certificates. It signs itself, so that clients take it as their CA.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** Both PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Clocks of two machines differ, and a target seldom runs longer. */
const VALID_FROM_DAYS = -1;
const VALID_TO_DAYS = 30;

const tags = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, utf8: 0x0c, utcTime: 0x17, sequence: 0x30, set: 0x31 } as const;
const contextTag = { version: 0xa0, extensions: 0xa3, dnsName: 0x82, ipAddress: 0x87 } as const;

/** Tag, length, content; a length of 128 or more is preceded by how many bytes it takes (X.690, 8.1.3). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const digits: number[] = [];
  for (let left = content.length; left > 0; left >>= 8) digits.unshift(left & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 | digits.length, ...digits];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(tags.sequence, ...parts);
const bitString = (bytes: Uint8Array): Buffer => der(tags.bitString, Buffer.from([0]), bytes);
/** Its content in hex, as the standards print it once encoded. */
const oid = (hex: string): Buffer => der(tags.oid, Buffer.from(hex, "hex"));
/** UTCTime, YYMMDDHHMMSSZ. */
const time = (at: Date): Buffer => der(tags.utcTime, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

const oids = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
  extendedKeyUsage: "551d25",
  serverAuth: "2b06010505070301",
} as const;

const yes = der(tags.boolean, Buffer.from([0xff]));
const extension = (id: string, value: Uint8Array, isCritical = false): Buffer => sequence(oid(id), ...(isCritical ? [yes] : []), der(tags.octetString, value));

const names = sequence(
  der(contextTag.dnsName, Buffer.from("localhost")),
  der(contextTag.ipAddress, Buffer.from([127, 0, 0, 1])),
  der(contextTag.ipAddress, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
);

/** A fresh EC P-256 key and its certificate for localhost, 127.0.0.1 and ::1, valid for a month around `now`. */
export function makeCertificate(now: Date): TlsIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const name = sequence(der(tags.set, sequence(oid(oids.commonName), der(tags.utf8, Buffer.from("earshot target")))));
  const daysOn = (days: number): Buffer => time(new Date(now.getTime() + days * DAY_MS));
  // A serial number is positive: a first byte below 0x80, and above zero so that no leading zero needs dropping.
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const extensions = sequence(
    extension(oids.basicConstraints, sequence(yes), true),
    extension(oids.extendedKeyUsage, sequence(oid(oids.serverAuth))),
    extension(oids.subjectAltName, names),
  );
  const body = sequence(
    der(contextTag.version, der(tags.integer, Buffer.from([2]))),
    der(tags.integer, serial),
    algorithm,
    name,
    sequence(daysOn(VALID_FROM_DAYS), daysOn(VALID_TO_DAYS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(contextTag.extensions, extensions),
  );
  const certificate = sequence(body, algorithm, bitString(sign("sha256", body, privateKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}
