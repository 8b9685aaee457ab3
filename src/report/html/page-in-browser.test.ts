import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { browserMissing, openBrowser } from "../../testing/browser.ts";
import { syntheticRun } from "../../testing/run-record.ts";
import { htmlReport } from "./page.ts";

const hostile = '</script><img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

test("the page opens from a disk, fits a phone and a desk, asks for nothing and runs nothing", { skip: browserMissing() ?? false }, async () => {
  const record = syntheticRun();
  const turns = record.turns.map((row, index) => (index === 0 ? { ...row, transcripts: { caller: hostile, answer: hostile }, clip: hostile } : row));
  const folder = mkdtempSync(join(tmpdir(), "earshot-page-"));
  const path = join(folder, "report.html");
  writeFileSync(path, htmlReport({ ...record, turns, result: { ...record.result, tags: { hostile } } }));
  const browser = await openBrowser();
  try {
    for (const width of [375, 1_280]) {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      await page.goto(pathToFileURL(path).href);
      assert.deepEqual(asked, [pathToFileURL(path).href]);
      assert.deepEqual(complaints, []);
      assert.equal(await page.evaluate("document.title.includes('owned') || document.querySelector('script, img') !== null"), false);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true, `${width} px wide`);
      assert.ok((await page.locator("svg:visible").count()) >= 3);
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
