// What this machine lacks is never blamed on the server: the real limits of a process and of a network of its own, by the command line.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RunResult } from "../result/run-result.ts";
import { runEarshot, type Finished } from "../testing/earshot-process.ts";
import { createNetworkPlace, noNetworkPlace } from "../testing/network-place.ts";
import { startTestTarget, type TestTarget } from "../testing/target-server.ts";

const scenario = `version: 1
name: many
target: { provider: embedded, profile: exact }
session: { effort: low, instructions: Answer. }
caller: { thinkMs: 100, patienceMs: 5000, turns: [{ say: yes }] }
load: { sessions: 2, startOver: 1s }
`;

let folder: string;
let target: TestTarget;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "earshot-limits-"));
  target = await startTestTarget();
  writeFileSync(join(folder, "many.yaml"), scenario);
});
after(async () => {
  await target.close();
  rmSync(folder, { recursive: true });
});

const remote = (host: string): string[] =>
  ["target.provider=compatible", `target.url=ws://${host}/v1/realtime`, "target.capabilities.efforts=[low]"].flatMap((pair) => ["--set", pair]);

/** How the calls of the run ended, by class; answered ones have none. */
function classesOf({ out }: Finished): Readonly<Record<string, number>> {
  const path = /^report +(\S+)\/report\.html/m.exec(out)?.[1];
  assert.ok(path, out);
  const { calls } = JSON.parse(readFileSync(join(folder, path, "run.json"), "utf8")) as RunResult;
  const counts: Record<string, number> = {};
  for (const { failureClass = "none" } of calls) counts[failureClass] = (counts[failureClass] ?? 0) + 1;
  return counts;
}

for (const host of ["127.0.0.1", "localhost"]) {
  test(`100 callers of ${host} with 64 descriptors: those beyond are client_limit, the run is invalid and goes on to its report`, async () => {
    const words = ["run", "many.yaml", "--sessions", "100", "--no-canary", "--budget-usd", "none", "--trace", "all", ...remote(`${host}:${target.port}`)];
    const finished = await runEarshot(folder, words, undefined, { within: ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"] });
    assert.equal(finished.code, 6, finished.err + finished.out);
    assert.match(finished.err, /100 sessions at once need about 164 open files, and this process may have 64: .*`ulimit -n 4096`/);
    const { none = 0, client_limit = 0, ...others } = classesOf(finished);
    assert.ok(none > 0 && client_limit >= 36, JSON.stringify({ none, client_limit }));
    assert.deepEqual(others, {});
    assert.match(finished.out, /calls failed because this machine had no descriptor/);
    assert.match(finished.out.replaceAll(/\s+/g, " "), /no file descriptor left \(EMFILE\)/);
  });
}

const lacking = noNetworkPlace();
const needsPlace = lacking === undefined ? {} : { skip: lacking };

test("60 callers on a machine with 50 ports: those beyond are client_limit, and the run is invalid", needsPlace, async (t) => {
  const place = createNetworkPlace("earshot-ports");
  t.after(place.remove);
  place.run('echo "40000 40049" > /proc/sys/net/ipv4/ip_local_port_range');
  const finished = await runEarshot(folder, ["run", "many.yaml", "--sessions", "60", "--no-canary"], undefined, place);
  assert.equal(finished.code, 6, finished.err + finished.out);
  // One port is what the target listens on.
  assert.deepEqual(classesOf(finished), { none: 49, client_limit: 11 });
  assert.match(finished.out.replaceAll(/\s+/g, " "), /no free port left for this address \(EADDRNOTAVAIL\); widen net\.ipv4\.ip_local_port_range/);
});

test("a host that drops every SYN is a timeout of TCP, and no session ever opened", needsPlace, async (t) => {
  const place = createNetworkPlace("earshot-syn");
  t.after(place.remove);
  // A neighbour that is known by its address and is not there: what is sent to it is lost without a word.
  place.run("ip link add hole type veth peer name far && ip addr add 10.9.0.1/24 dev hole && ip link set hole up && ip link set far up");
  place.run("ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev hole nud permanent");
  const finished = await runEarshot(folder, ["run", "many.yaml", "--no-canary", ...remote("10.9.0.2:443")], undefined, place);
  assert.equal(finished.code, 7, finished.err + finished.out);
  assert.deepEqual(classesOf(finished), { timeout: 2 });
  assert.match(finished.out.replaceAll(/\s+/g, " "), /TCP connect to 10\.9\.0\.2:443 failed: not open after 10000 ms; check that the server answers/);
});

test("a target that dies and comes back costs the calls between, as network, and no others", async (t) => {
  const answered = Promise.withResolvers<void>();
  let flaky = await startTestTarget({ writeTruth: () => answered.resolve() });
  const { port } = flaky;
  t.after(() => flaky.close());
  const words = ["run", "many.yaml", "--no-canary", "--budget-usd", "none", ...remote(`127.0.0.1:${port}`), "--sessions", "12", "--set", "load.startOver=15s"];
  const told = Promise.withResolvers<void>();
  let isGone = false;
  const running = runEarshot(folder, words, () => isGone && told.resolve());
  await answered.promise;
  await flaky.close();
  isGone = true;
  // The next line of progress is seconds later.
  await told.promise;
  flaky = await startTestTarget({ port });
  const finished = await running;
  const { none = 0, network = 0, ...others } = classesOf(finished);
  assert.ok(none >= 1 && network >= 2, JSON.stringify({ none, network, ...others }) + finished.out);
  // Whoever was in a session when it ended was told so by the target.
  assert.deepEqual(
    Object.keys(others).filter((name) => name !== "expired"),
    [],
  );
});
