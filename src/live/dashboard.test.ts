import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { US_PER_S } from "../core/units.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { watchedRun } from "../testing/watched-run.ts";
import { openDashboard, type DashboardQuestion } from "./dashboard.ts";
import { openMetricsEndpoint } from "./metrics-endpoint.ts";
import { createRunView, type RunView } from "./run-view.ts";

const openPage = async (view: RunView, place: Partial<DashboardQuestion> = {}) =>
  orThrow(await openDashboard({ view, clock: createSystemClock(), port: 0, ...place }));

/** Status of a GET with a Host header of one's own, which fetch does not allow. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const asked = request(url, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

/** Where this machine listens on the port, by the kernel's own account. */
function listeningOn(url: string): readonly string[] {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readFileSync(file, "utf8").split("\n"));
  const LISTEN = "0A";
  return lines
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = "", , state]) => (state === LISTEN && local.endsWith(`:${port}`) ? [local.split(":")[0] ?? ""] : []));
}

test("page and metrics listen on loopback and nowhere else", { skip: process.platform !== "linux" && "skipped, no /proc" }, async () => {
  const view = createRunView(createVirtualClock());
  const doors = [await openPage(view), orThrow(await openMetricsEndpoint({ view, port: 0 }))];
  for (const { url } of doors) assert.deepEqual(listeningOn(url), ["0100007F"]);
  for (const door of doors) await door.stop();
});

test("its files, history and metrics come with a policy that lets nothing else in", async () => {
  const clock = createVirtualClock();
  const view = createRunView(clock);
  const [page, metrics] = [await openPage(view), orThrow(await openMetricsEndpoint({ view, port: 0 }))];
  const { toWatch, rows } = watchedRun();
  view.begin(toWatch);
  for (const row of rows) view.onRow(row);
  clock.advanceTo(2 * US_PER_S);
  try {
    for (const path of ["", "page.css", "page.js", "icon.svg", "uplot.js", "uplot.css", "history"]) {
      const answer = await fetch(page.url + path);
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'none'; script-src 'self';/);
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
      assert.ok((await answer.text()).length > 100, path);
    }
    const history = (await (await fetch(`${page.url}history`)).json()) as { runId: string; points: unknown[] };
    assert.deepEqual([history.runId, history.points.length], [toWatch.head.runId, 3]);
    assert.match(await (await fetch(`${metrics.url}metrics`)).text(), /^earshot_live_turns_total\{/m);
    for (const path of ["nothing", "..%2f..%2fpackage.json", "page.html", "%00"]) assert.equal((await fetch(page.url + path)).status, 404, path);
    assert.equal(await statusWith(page.url, { host: "evil.example" }), 403);
    assert.equal(await statusWith(`${page.url}events`, { origin: "http://evil.example" }), 403);
    assert.equal(await statusWith(`${metrics.url}metrics`, { host: "evil.example" }), 403);
  } finally {
    view.halt();
    await page.stop();
    await metrics.stop();
  }
});

test("behind a token nothing is to be had without it", async () => {
  const view = createRunView(createVirtualClock());
  const page = await openPage(view, { openTo: "127.0.0.1", token: "a-token-of-a-test" });
  const { origin } = new URL(page.url);
  assert.equal(page.url, `${origin}/a-token-of-a-test/`);
  assert.equal((await fetch(page.url)).status, 200);
  for (const path of ["/", "/events", "/history", "/page.js", "/a-token-of-a-tesu/"]) assert.equal((await fetch(origin + path)).status, 403, path);
  await page.stop();
});

test("a port that is taken is a fault with advice", async () => {
  const view = createRunView(createVirtualClock());
  const page = await openPage(view);
  const port = Number(new URL(page.url).port);
  const second = await openDashboard({ view, clock: createSystemClock(), port });
  assert.ok(!second.ok && second.issues[0]?.message.includes(`port ${port} is taken`));
  await page.stop();
});

test("events come as they are, end with the command, and leave no connection behind", async () => {
  const clock = createVirtualClock();
  const view = createRunView(clock);
  const page = await openPage(view);
  const answer = await fetch(`${page.url}events`);
  view.begin(watchedRun({ sessions: 1 }).toWatch);
  clock.advanceTo(US_PER_S);
  view.end("reports/report.html");
  await page.stop();
  const text = await answer.text();
  assert.equal(text.match(/^event: snapshot$/gm)?.length, 3);
  assert.match(text, /"end":\{"report":"reports\/report\.html"\}/);
  assert.match(text, /event: over\ndata: \{\}\n\n$/);
  await assert.rejects(fetch(page.url));
});

test("a browser that reads nothing is cut off, and holds nobody up at the end", async () => {
  const clock = createVirtualClock();
  const view = createRunView(clock);
  const page = await openPage(view);
  const socket = connect({ port: Number(new URL(page.url).port), host: "127.0.0.1" });
  await once(socket, "connect");
  socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await once(socket, "readable");
  const { toWatch } = watchedRun();
  const cells = Array.from({ length: 200 }, (_, index) => ({
    ...toWatch.head.cells[0],
    id: `cell ${index} ${"x".repeat(200)}`,
  })) as (typeof toWatch)["head"]["cells"];
  view.begin({ ...toWatch, head: { ...toWatch.head, cells } });
  const closed = once(socket, "close");
  // All within one go of the event loop: no byte can be read in between.
  clock.advanceTo(300 * US_PER_S);
  view.halt();
  let bytes = 0;
  socket.on("data", (data) => (bytes += data.length));
  socket.on("error", () => undefined);
  await closed;
  assert.ok(bytes < 10_000_000, `${bytes} bytes of some 25 MB came`);
  await page.stop();
});
