// What really arrives at a server: address, headers and subprotocols of every provider, the key wherever it is kept, and
// the road through a proxy.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { WebSocketServer } from "ws";
import { formatIssue, orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { noNetwork } from "../faults/profile.ts";
import { parseScenario } from "../scenario/parse.ts";
import { startConnectProxy } from "../testing/connect-proxy.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { startTestTarget } from "../testing/target-server.ts";
import type { Connection, ConnectionClose } from "../transport/connection.ts";
import { openCaller } from "../transport/minted.ts";
import { accessTo, secretsOf, type Access } from "./access.ts";
import { endpointOf, targetKeyOf, type Way } from "./endpoints.ts";

const clock = createSystemClock();

/** The target of a scenario as a user writes it. */
function targetOf(yaml: string) {
  const text = `version: 1\nname: t\ncaller: {turns: [{say: yes}]}\ntarget: ${yaml}\n`;
  return orThrow(parseScenario({ text, source: "s.yaml", overrides: [], env: {} })).scenario.target;
}

/** How a call to that one target is dialled. */
function endpointTo(target: ReturnType<typeof targetOf>, access: Access): Way {
  const call = callOf(scenarioWith({ target }));
  return endpointOf({ seed: 1, embeddedUrls: {}, accesses: { [targetKeyOf(call.cell)]: access } }, call);
}

interface Dialled {
  readonly connection: Connection;
  readonly close: ConnectionClose;
  readonly messages: readonly string[];
}

/** Dials as a run does, and hangs up at the first message, or once it is open where the server says nothing. */
async function dialOnce(
  yaml: string,
  { env = {}, waitForMessage = false }: { readonly env?: Record<string, string>; readonly waitForMessage?: boolean } = {},
): Promise<Dialled> {
  const target = targetOf(yaml);
  const access = orThrow(await accessTo(target, env));
  const messages: string[] = [];
  const { promise, resolve } = Promise.withResolvers<ConnectionClose>();
  const connection = openCaller({
    ...endpointTo(target, access),
    clock,
    masking: "random",
    network: noNetwork,
    random: () => stream(1, "network"),
    handlers: {
      onOpen: () => void (waitForMessage || connection.close(1000, "")),
      onMessage(data) {
        messages.push(String(data));
        connection.close(1000, "");
      },
      onClose: resolve,
    },
  });
  return { connection, close: await promise, messages };
}

/** Takes every upgrade and tells of it. */
async function listen(t: TestContext) {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer();
  new WebSocketServer({ server }).on("connection", (_socket, request) => requests.push(request));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { base: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const shown = ({ url, headers }: http.IncomingMessage) => {
  const names = ["authorization", "api-key", "openai-organization", "openai-project", "openai-beta", "x-team", "sec-websocket-protocol"];
  return [url, Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))];
};

const forms: Record<string, readonly [target: (base: string) => string, request: ReturnType<typeof shown>]> = {
  "openai by bearer, with its accounts": [
    (base) => `{provider: openai, url: "${base}/v1/realtime", auth: {bearer: sk-1}, organization: org-1, project: proj_1, headers: {x-team: blue}}`,
    ["/v1/realtime?model=gpt-realtime-2", { authorization: "Bearer sk-1", "openai-organization": "org-1", "openai-project": "proj_1", "x-team": "blue" }],
  ],
  "openai as a browser shows it": [
    (base) => `{provider: openai, url: "${base}/v1/realtime", auth: {bearer: sk-1, as: subprotocol}, organization: org-1, project: proj_1}`,
    [
      "/v1/realtime?model=gpt-realtime-2",
      { "sec-websocket-protocol": "realtime,openai-insecure-api-key.sk-1,openai-organization.org-1,openai-project.proj_1" },
    ],
  ],
  "azure today": [
    (base) => `{provider: azure, url: "${base}", model: gpt-realtime-2, deployment: my-voice, auth: {apiKey: k-1}}`,
    ["/openai/v1/realtime?model=my-voice", { "api-key": "k-1" }],
  ],
  "azure's preview, by an Entra token": [
    (base) => `{provider: azure, url: "${base}", model: gpt-4o-realtime-preview, apiVersion: 2025-04-01-preview, auth: {bearer: eyJ0}}`,
    ["/openai/realtime?api-version=2025-04-01-preview&deployment=gpt-4o-realtime-preview", { authorization: "Bearer eyJ0" }],
  ],
  "a compatible server of the beta": [
    (base) => `{provider: compatible, url: "${base}/v1/realtime?model=m&x=1", auth: {apiKey: k-1}, capabilities: {events: beta}}`,
    ["/v1/realtime?model=m&x=1", { "api-key": "k-1", "openai-beta": "realtime=v1" }],
  ],
};
for (const [name, [target, request]] of Object.entries(forms)) {
  test(`what arrives of ${name}`, async (t) => {
    const { base, requests } = await listen(t);
    await dialOnce(target(base));
    assert.deepEqual(requests.map(shown), [request]);
  });
}

test("without an address openai is dialled at its own", () => {
  const target = targetOf("{provider: openai, auth: {bearer: sk-1}}");
  const way = endpointTo(target, { key: { value: "sk-1", as: "bearer" } });
  assert.equal(way.url, "wss://api.openai.com/v1/realtime?model=gpt-realtime-2");
});

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "earshot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a key comes from a file, or from a program that is run once", async (t) => {
  const folder = folderFor(t);
  const { base, requests } = await listen(t);
  writeFileSync(join(folder, "key"), "sk-file\n");
  await dialOnce(`{provider: compatible, url: "${base}", auth: {file: "${join(folder, "key")}"}}`);
  const count = join(folder, "count");
  const command = `echo once >> ${count}; echo sk-program`;
  for (let time = 0; time < 2; time++) await dialOnce(`{provider: compatible, url: "${base}", auth: {command: "${command}"}}`);
  await dialOnce(`{provider: compatible, url: "${base}", auth: {command: [printf, "sk-words"], as: apiKey}}`);
  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization ?? headers["api-key"]),
    ["Bearer sk-file", "Bearer sk-program", "Bearer sk-program", "sk-words"],
  );
  assert.equal(readFileSync(count, "utf8"), "once\n");
});

const noKeys: Record<string, readonly [auth: string, message: RegExp]> = {
  "a program that fails": ['{command: "echo no such vault >&2; exit 3"}', /target\.auth\.command: the program ended with exit 3; it said: no such vault$/],
  "a program that prints nothing": ["{command: ['true']}", /target\.auth\.command: the program printed no key; it said nothing on stderr$/],
  "a program that is not there": ["{command: [/no/such/program]}", /target\.auth\.command: the program can't be started: .*ENOENT/],
  "a program whose key has spaces": ["{command: [echo, two words]}", /target\.auth\.command: gave a key that HTTP can't carry/],
  "a file that is not there": ["{file: /no/such/key}", /\/no\/such\/key target\.auth\.file: can't be read/],
};
for (const [name, [auth, message]] of Object.entries(noKeys)) {
  test(`${name} is told before anything is dialled`, async () => {
    const access = await accessTo(targetOf(`{provider: compatible, url: "ws://127.0.0.1:9", auth: ${auth}}`), {});
    assert.ok(!access.ok);
    assert.match(access.issues.map(formatIssue).join("\n"), message);
  });
}

test("certificates that are none are told by their field", async (t) => {
  const file = join(folderFor(t), "ca.pem");
  writeFileSync(file, "not a certificate");
  const access = await accessTo(targetOf(`{provider: compatible, url: "wss://127.0.0.1:9", ca: "${file}", certificate: {cert: /no/c, key: /no/k}}`), {});
  assert.ok(!access.ok);
  const text = access.issues.map(formatIssue).join("\n");
  assert.match(text, /target\.ca: is no PEM file/);
  assert.match(text, /\/no\/c target\.certificate\.cert: can't be read/);
});

test("an ephemeral key is bought for each session, over TLS and the proxy, and timed", async (t) => {
  const folder = folderFor(t);
  const target = await startTestTarget({ tls: true, requireKey: "sk-right-key" });
  const proxy = await startConnectProxy({ authorization: `Basic ${Buffer.from("me:pass word").toString("base64")}` });
  t.after(() => Promise.all([target.close(), proxy.close()]));
  writeFileSync(join(folder, "ca.pem"), target.ca ?? "");
  const yaml = (key: string): string =>
    `{provider: openai, url: "${target.url.replace("127.0.0.1", "localhost")}", ca: "${join(folder, "ca.pem")}", proxy: "http://me:pass%20word@127.0.0.1:${proxy.port}",
      auth: {bearer: ${key}, mint: "https://localhost:${target.port}/v1/realtime/client_secrets"}}`;
  const { messages, close, connection } = await dialOnce(yaml("sk-right-key"), { waitForMessage: true });
  assert.deepEqual([close.code, close.failure, (JSON.parse(messages[0] ?? "{}") as { readonly type?: string }).type], [1000, undefined, "session.created"]);
  const { startedUs, mintedUs, tcpUs, proxyUs, tlsUs, openUs } = connection.timings;
  const instants = [startedUs, mintedUs, tcpUs, proxyUs, tlsUs, openUs].map((us) => us ?? Number.NaN);
  assert.deepEqual(
    instants,
    instants.toSorted((a, b) => a - b),
  );
  assert.equal(connection.timings.dnsUs, undefined);
  assert.deepEqual(
    proxy.asked.map(({ place }) => place),
    [`localhost:${target.port}`, `localhost:${target.port}`],
  );

  const refused = await dialOnce(yaml("sk-other-key"));
  assert.deepEqual([refused.close.code, refused.close.failure?.phase, refused.close.failure?.status], [1006, "mint", 401]);
  assert.match(refused.close.failure?.message ?? "", /^ephemeral key from localhost:\d+ failed: HTTP 401; check the key/);
});

test("a proxy that refuses is the phase that failed, with what to do", async (t) => {
  for (const [status, remedy] of [
    [407, /write the proxy's user and password/],
    [403, /does not let anyone through/],
  ] as const) {
    const proxy = await startConnectProxy({ status });
    t.after(() => proxy.close());
    const { close } = await dialOnce('{provider: compatible, url: "ws://example.invalid/v1"}', { env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` } });
    assert.deepEqual([close.failure?.phase, close.failure?.class], ["proxy", "handshake"]);
    assert.match(
      close.failure?.message ?? "",
      new RegExp(`^tunnel through the proxy 127\\.0\\.0\\.1:${proxy.port} failed: the proxy answered HTTP ${status}; `),
    );
    assert.match(close.failure?.message ?? "", remedy);
  }
});

test("secrets are the key, headers, and what addresses and proxies hold", async () => {
  const target = targetOf(
    '{provider: compatible, url: "wss://u:p@h/?model=m&k=q", auth: {bearer: b, mint: "https://h/m?s=z"}, headers: {x: y}, proxy: "http://me:pw@x:1"}',
  );
  const secrets = secretsOf(target, orThrow(await accessTo(target, {})));
  assert.deepEqual(secrets.toSorted(), ["b", "me:pw", "p", "pw", "q", "u", "y", "z"]);
});
