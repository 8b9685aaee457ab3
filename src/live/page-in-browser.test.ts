import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { US_PER_S } from "../core/units.ts";
import { browserMissing, openBrowser } from "../testing/browser.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { watchedRun } from "../testing/watched-run.ts";
import { openDashboard } from "./dashboard.ts";
import { createRunView } from "./run-view.ts";

const hostile = "</script><img src=x onerror=\"document.title='owned'\">";
const looks = [
  { width: 1_280, colorScheme: "light" },
  { width: 1_280, colorScheme: "dark" },
  { width: 375, colorScheme: "light" },
] as const;

const drawnIn = (page: Page, id: string): Promise<string> => page.evaluate(`document.querySelector("#${id} canvas").toDataURL()`);

for (const { width, colorScheme } of looks)
  test(
    `the page of a run, ${width} px wide and ${colorScheme}: follows it, asks nobody else, runs nothing of strangers`,
    { skip: browserMissing() ?? false },
    async () => {
      const clock = createVirtualClock();
      const view = createRunView(clock);
      const dashboard = orThrow(await openDashboard({ view, clock: createSystemClock(), port: 0 }));
      const browser = await openBrowser();
      try {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const complaints: string[] = [];
        page.on("pageerror", (error) => complaints.push(error.message));
        page.on("console", (message) => complaints.push(message.text()));
        page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
        page.on("request", (request) => assert.ok(request.url().startsWith(dashboard.url), request.url()));
        await page.goto(dashboard.url);
        assert.equal(await page.locator("#state").textContent(), "Waiting for a run to begin");

        const { toWatch, rows } = watchedRun({ unansweredShare: 0.2, breaksCall: true });
        view.begin({ ...toWatch, head: { ...toWatch.head, scenario: hostile } });
        await page.getByText("Running", { exact: true }).waitFor({ timeout: 10_000 });
        assert.equal(await page.locator("h1").textContent(), hostile);
        const emptyChart = await drawnIn(page, "latency");

        for (const [index, row] of rows.entries()) {
          view.onRow(row);
          if (index % 20 === 0) clock.advanceTo((1 + index / 20) * US_PER_S);
        }
        clock.advanceTo(20 * US_PER_S);
        await page.getByText("320 / 320").or(page.getByText("of 320 planned")).first().waitFor({ timeout: 10_000 });
        const table = await page.locator("#cells").textContent();
        assert.match(table ?? "", /> 8,000/);
        assert.equal(await page.locator("#failures").isVisible(), true);
        assert.notEqual(await drawnIn(page, "latency"), emptyChart, "no line was drawn");
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true, "wider than the screen");

        view.end("reports/latest/report.html");
        await page.getByText("The run is over: report at reports/latest/report.html").waitFor({ timeout: 10_000 });
        assert.deepEqual(await page.evaluate("[document.title, document.querySelector('img')]"), [`${hostile} – earshot`, null]);
        assert.deepEqual(complaints, []);
      } finally {
        await browser.close();
        await dashboard.stop();
      }
    },
  );

test("a page that lost its connection says so and comes back by itself", { skip: browserMissing() ?? false }, async () => {
  const view = createRunView(createVirtualClock());
  const dashboard = orThrow(await openDashboard({ view, clock: createSystemClock(), port: 0 }));
  view.begin(watchedRun().toWatch);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.route("**/events", (route) => route.abort());
    await page.goto(dashboard.url);
    await page.getByText("The connection is lost; trying again").waitFor({ timeout: 10_000 });
    await page.unroute("**/events");
    await page.getByText("Running", { exact: true }).waitFor({ timeout: 10_000 });
  } finally {
    view.halt();
    await browser.close();
    await dashboard.stop();
  }
});
