import assert from "node:assert/strict";
import { test } from "node:test";
import { admit, type Admitting, type Asking } from "./admission.ts";

const asking: Asking = { method: "GET", url: "/events", host: "127.0.0.1:8080", origin: undefined };
const verdict = (asked: Partial<Asking>, admitting: Admitting = {}): string | number => {
  const admission = admit({ ...asking, ...asked }, admitting);
  return admission.type === "admitted" ? admission.path : admission.status;
};

const onLoopback: readonly (readonly [string, Partial<Asking>, string | number])[] = [
  ["this machine by its address", {}, "events"],
  ["by name", { host: "localhost:8080" }, "events"],
  ["through a tunnel with another port", { host: "localhost:9000" }, "events"],
  ["IPv6", { host: "[::1]:8080" }, "events"],
  ["its own page", { origin: "http://127.0.0.1:8080" }, "events"],
  ["a query is no part of the path", { url: "/history?x=1" }, "history"],
  ["a name that was made to point here", { host: "evil.example:8080" }, 403],
  ["a name that begins like loopback", { host: "127.0.0.1.evil.example" }, 403],
  ["no name at all", { host: undefined }, 403],
  ["another address", { host: "192.0.2.7:8080" }, 403],
  ["another page", { origin: "http://evil.example" }, 403],
  ["a page without an origin", { origin: "null" }, 403],
  ["another server of this machine", { origin: "http://127.0.0.1:3000" }, 403],
  ["a post", { method: "POST" }, 405],
  ["an absolute address, as a proxy gets", { url: "http://evil.example/" }, 400],
];
for (const [name, asked, expected] of onLoopback) test(`loopback: ${name}`, () => assert.equal(verdict(asked), expected));

const token = "abcdefghijklmnop";
const open: Admitting = { openTo: "192.0.2.7", token };
const opened: readonly (readonly [string, Partial<Asking>, string | number])[] = [
  ["the whole address", { host: "192.0.2.7:8080", url: `/${token}/events` }, "events"],
  ["another address in figures, which nobody can point elsewhere", { host: "198.51.100.2:8080", url: `/${token}/` }, ""],
  ["without its token", { host: "192.0.2.7:8080", url: "/events" }, 403],
  ["with half of it", { host: "192.0.2.7:8080", url: `/${token.slice(0, 8)}/events` }, 403],
  ["the token alone, which relative links would lose", { host: "192.0.2.7:8080", url: `/${token}` }, 403],
  ["loopback needs it as well", { url: "/events" }, 403],
  ["a name that was made to point here", { host: "evil.example", url: `/${token}/` }, 403],
];
for (const [name, asked, expected] of opened) test(`opened to an address: ${name}`, () => assert.equal(verdict(asked, open), expected));

test("opened to a name, that name is taken", () => {
  assert.equal(verdict({ host: "Bench.example:8080", url: `/${token}/` }, { openTo: "bench.example", token }), "");
});
