// A key that is known comes in by every way there is, servers fail with it in all they say, and afterwards it is looked for
// in everything that earshot wrote: the terminal, the files of the run, the words of its processes.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runEarshot } from "../testing/earshot-process.ts";
import { answer, begun, close, created, done, say, startHostileServer, updated, type Hostility } from "../testing/hostile-server.ts";

const KEY = "sk-CANARY-7Q/x+9vR2mLw8ZtKb4Hn";
const base64 = Buffer.from(KEY).toString("base64");
const FORMS = [KEY, base64, base64.replace(/=+$/, ""), Buffer.from(KEY).toString("base64url"), encodeURIComponent(KEY), KEY.slice(-8)];

const scenario = `version: 1
name: keys
target: { provider: compatible, model: m, url: "ws://127.0.0.1:9/v1/realtime", capabilities: { efforts: [] } }
session: { instructions: Answer. , turnDetection: { type: manual } }
caller: { thinkMs: 0, patienceMs: 1000, turns: [{ say: yes }] }
load: { sessions: 1, startOver: 0 }
`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-secrets-"));
  writeFileSync(join(folder, "keys.yaml"), scenario);
  writeFileSync(join(folder, "key"), `${KEY}\n`);
});
after(() => rmSync(folder, { recursive: true }));

/** Every way a key comes in by; none of them puts it into a process's words. */
const ways = {
  env: "target.auth.bearer=${env:CANARY_KEY}",
  file: "target.auth.file=key",
  command: 'target.auth={command: "cat key"}',
  mint: "target.auth.bearer=${env:CANARY_KEY}",
} as const;

interface Leak {
  readonly way: keyof typeof ways;
  /** Where its server listens; undefined for a port that nobody has. */
  readonly does: Hostility | undefined;
  readonly code: number;
  /** What the terminal says of it, so that the failure is the one that was meant. */
  readonly says: RegExp;
}

const error = say({ type: "error", error: { code: KEY, message: `Incorrect API key provided: ${KEY}, that is ${base64}, which ends in ${KEY.slice(-8)}` } });
const http = (status: string): string => `HTTP/1.1 ${status}\r\nX-Key: ${KEY}\r\nLocation: ws://127.0.0.1:9/?key=${encodeURIComponent(KEY)}\r\n\r\n${KEY}`;
const speaking: Hostility = {
  greet: [say({ type: "session.created", session: { id: KEY } }), say({ type: `strange.${KEY}`, [KEY]: KEY })],
  answer: [
    error,
    begun,
    ...answer.slice(1, 2),
    say({ type: "response.output_audio_transcript.done", response_id: "resp_1", transcript: `Your key is ${KEY}.` }),
    say({ type: "response.function_call_arguments.done", response_id: "resp_1", call_id: KEY, name: KEY, arguments: JSON.stringify({ key: KEY }) }),
    done({ id: KEY }),
  ],
};

const leaks: Readonly<Record<string, Leak>> = {
  "refuses the session and quotes the key": { way: "env", does: { greet: [created], configure: [error] }, code: 7, says: /refused session\.update/ },
  "closes with the key as the reason": { way: "file", does: { greet: [close(3_000, `no ${KEY}`)] }, code: 7, says: /closed with 3000/ },
  "answers HTTP 401 with the key in header and body": { way: "command", does: { upgrade: () => http("401 No"), greet: [] }, code: 7, says: /HTTP 401/ },
  "redirects with the key in the address": { way: "env", does: { upgrade: () => http("302 Found"), greet: [] }, code: 7, says: /redirects are not/ },
  "breaks HTTP with the key": { way: "file", does: { upgrade: () => `${KEY}\r\n\r\n`, greet: [] }, code: 7, says: /WebSocket upgrade at/ },
  "speaks of nothing but the key": { way: "command", does: speaking, code: 0, says: /with a function call/ },
  "fails a response and quotes the key": {
    way: "env",
    does: { answer: [begun, done({ status: "failed", status_details: { error: { code: "rate_limit_exceeded", message: KEY } } }), updated] },
    code: 0,
    says: /1 rate_limit/,
  },
  "is not there": { way: "env", does: undefined, code: 7, says: /nothing listens there/ },
  "sells no ephemeral key and quotes the real one": { way: "mint", does: { upgrade: () => http("403 No"), greet: [] }, code: 7, says: /ephemeral key from/ },
};

function assertClean(name: string, text: string): void {
  for (const form of FORMS)
    assert.ok(!text.includes(form), `${name} holds ${form}: ${text.slice(Math.max(0, text.indexOf(form) - 80), text.indexOf(form) + 80)}`);
}

for (const [name, { way, does, code, says }] of Object.entries(leaks)) {
  test(`by ${way}: a server that ${name} brings the key nowhere`, async (t) => {
    const server = does && (await startHostileServer(does));
    t.after(() => server?.close());
    const address = `127.0.0.1:${server?.port ?? 9}`;
    const out = `out-${Object.keys(leaks).indexOf(name)}`;
    const mint = way === "mint" ? ["--set", `target.auth.mint=http://${address}/v1/realtime/client_secrets`] : [];
    const words = [
      "run",
      "keys.yaml",
      "--no-canary",
      "--budget-usd",
      "none",
      "--trace",
      "all",
      "--out",
      out,
      "--set",
      `target.url=ws://${address}/v1/realtime`,
    ];
    let processes = "";
    const finished = await runEarshot(
      folder,
      [...words, "--set", ways[way], ...mint],
      () => {
        processes ||= execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
      },
      { env: { CANARY_KEY: KEY } },
    );
    assert.ok([code, 6].includes(finished.code ?? 1), `exit ${finished.code}: ${finished.err}${finished.out}`);
    assert.match(finished.out, says);
    if (server) assert.ok(server.requests[0]?.includes(KEY), "the key was really used");
    assert.match(processes, /keys\.yaml/);
    const files = readdirSync(join(folder, out), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 5 && files.some((file) => file.parentPath.includes("traces")), files.map((file) => file.name).join(" "));
    for (const file of files) assertClean(file.name, readFileSync(join(file.parentPath, file.name), "latin1"));
    for (const [place, text] of [
      ["stdout", finished.out],
      ["stderr", finished.err],
      ["the list of processes", processes],
    ] as const) {
      assertClean(place, text);
    }
  });
}
