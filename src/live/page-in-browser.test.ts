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

/** Pixels of a chart that are not empty. */
const inkOf = (page: Page, id: string): Promise<number> =>
  page.evaluate(
    `(() => { const c = document.querySelector("#${id} canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; })()`,
  );

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
        await page.getByText("Running", { exact: true }).waitFor();
        assert.equal(await page.locator("h1").textContent(), hostile);
        const emptyInk = await inkOf(page, "latency");

        for (const [index, row] of rows.entries()) {
          view.onRow(row);
          if (index % 20 === 0) clock.advanceTo((1 + index / 20) * US_PER_S);
        }
        clock.advanceTo(20 * US_PER_S);
        await page.getByText("320 / 320").or(page.getByText("of 320 planned")).first().waitFor();
        const table = await page.locator("#cells").textContent();
        assert.match(table ?? "", /> 8,000/);
        assert.equal(await page.locator("#failures").isVisible(), true);
        assert.ok((await inkOf(page, "latency")) > emptyInk, "no line was drawn");
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true, "wider than the screen");

        view.end("reports/latest/report.html");
        await page.getByText("The run is over: report at reports/latest/report.html").waitFor();
        assert.equal(
          await page.evaluate("document.querySelector('img') === null && !document.title.includes('owned')  || document.title.startsWith('</script>')"),
          true,
        );
        assert.deepEqual(complaints, []);
      } finally {
        await browser.close();
        await dashboard.stop();
      }
    },
  );

test("a page whose server went away says so and finds it again on the same port", { skip: browserMissing() ?? false }, async () => {
  const clock = createVirtualClock();
  const view = createRunView(clock);
  const open = async (port: number) => orThrow(await openDashboard({ view, clock: createSystemClock(), port }));
  const first = await open(0);
  view.begin(watchedRun().toWatch);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(first.url);
    await page.getByText("Running", { exact: true }).waitFor();
    await page.evaluate("void 0");
    // The network goes, not the command: no last event comes.
    await page.context().setOffline(true);
    await first.stop();
    await page
      .getByText(/connection is lost/)
      .or(page.getByText(/earshot has ended/))
      .waitFor();
    const second = await open(Number(new URL(first.url).port));
    await page.context().setOffline(false);
    await page.getByText("Running", { exact: true }).waitFor();
    await second.stop();
  } finally {
    view.halt();
    await browser.close();
  }
});
