import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor } from "./proxy-address.ts";

const HTTPS_PROXY = "http://p:3128";
const cases: readonly (readonly [url: string, env: Record<string, string>, proxy: string | undefined])[] = [
  ["wss://api.openai.com/v1", {}, undefined],
  ["wss://api.openai.com/v1", { HTTPS_PROXY }, "p:3128"],
  ["ws://h/v1", { HTTPS_PROXY }, undefined],
  ["ws://h/v1", { HTTP_PROXY: "q" }, "q:80"],
  ["wss://h/v1", { ALL_PROXY: "http://q:1" }, "q:1"],
  ["wss://h/v1", { HTTPS_PROXY, https_proxy: "http://lower:1" }, "lower:1"],
  ["wss://h/v1", { HTTPS_PROXY: "" }, undefined],
  ["wss://api.openai.com/v1", { HTTPS_PROXY, NO_PROXY: "openai.com" }, undefined],
  ["wss://api.openai.com/v1", { HTTPS_PROXY, NO_PROXY: "x, .openai.com:443" }, undefined],
  ["wss://api.openai.com/v1", { HTTPS_PROXY, NO_PROXY: "*.openai.com" }, undefined],
  ["wss://api.openai.com:8443/v1", { HTTPS_PROXY, NO_PROXY: "openai.com:443" }, "p:3128"],
  ["wss://notopenai.com/v1", { HTTPS_PROXY, NO_PROXY: "openai.com" }, "p:3128"],
  ["wss://127.0.0.1:8790/v1", { HTTPS_PROXY }, "p:3128"],
  ["wss://127.0.0.1:8790/v1", { HTTPS_PROXY, no_proxy: "127.0.0.1" }, undefined],
  ["wss://[::1]:8790/v1", { HTTPS_PROXY, NO_PROXY: "::1" }, undefined],
  ["wss://[::1]:8790/v1", { HTTPS_PROXY, NO_PROXY: "[::1]:8790" }, undefined],
  ["wss://h/v1", { HTTPS_PROXY, NO_PROXY: "*" }, undefined],
];
for (const [url, env, expected] of cases) {
  test(`${url} with ${JSON.stringify(env)} goes ${expected ?? "straight"}`, () => {
    const answer = proxyFor({ url, env });
    assert.ok(!("fault" in answer));
    assert.equal(answer.proxy && `${answer.proxy.host}:${answer.proxy.port}`, expected);
  });
}

test("what the scenario says comes before the environment", () => {
  const env = { HTTPS_PROXY, NO_PROXY: "*" };
  assert.deepEqual(proxyFor({ url: "wss://h", proxy: "none", env: { HTTPS_PROXY } }), {});
  assert.deepEqual(proxyFor({ url: "wss://h", proxy: "http://me:p%40ss@own:8080", env }), { proxy: { host: "own", port: 8_080, credentials: "me:p@ss" } });
});

test("a proxy that can't be used is told by the name of its variable, without what it holds", () => {
  for (const text of ["socks5://me:secret@h:1", "http://", "https://me:secret@h"]) {
    const answer = proxyFor({ url: "wss://h", env: { HTTPS_PROXY: text } });
    assert.ok("fault" in answer);
    assert.match(answer.fault, /^HTTPS_PROXY /);
    assert.doesNotMatch(answer.fault, /secret/);
  }
});
