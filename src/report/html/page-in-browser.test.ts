// The page in a real browser, as its readers see it: on a desk, on a phone, in the dark and on paper.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { RunRecord } from "../../result/run-result.ts";
import { encodeWav } from "../../audio/encode-wav.ts";
import { soundPath } from "../../result/sound-files.ts";
import { browserMissing, openBrowser } from "../../testing/browser.ts";
import { hostileRun } from "../../testing/hostile-run.ts";
import { syntheticRun, withResult } from "../../testing/run-record.ts";
import { htmlReport } from "./page.ts";
import { slowestShown } from "./slowest-section.ts";
import type { PageSound } from "./turn-sound.ts";

const skip = browserMissing() ?? false;

const readers = [
  { name: "desk", width: 1_280, colorScheme: "light", media: "screen" },
  { name: "phone", width: 390, colorScheme: "light", media: "screen" },
  { name: "dark", width: 1_280, colorScheme: "dark", media: "screen" },
  { name: "dark phone", width: 390, colorScheme: "dark", media: "screen" },
  { name: "paper", width: 760, colorScheme: "dark", media: "print" },
] as const;
type Reader = (typeof readers)[number];

/** Elements that reach beyond the window, but for what lies in a box with its own scroll bar. */
const OUTSIDE = `[...document.querySelectorAll("main *")].filter((element) => {
  const { right, width } = element.getBoundingClientRect();
  return width > 0 && right > window.innerWidth + 1 && !element.closest(".scroll, pre, svg");
}).map((element) => element.tagName + "." + element.className + " " + element.textContent.slice(0, 40))`;

let browser: Browser | undefined;
let folder = "";
before(async () => {
  if (skip !== false) return;
  browser = await openBrowser();
  folder = mkdtempSync(join(tmpdir(), "earshot-page-"));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly paper: string;
  readonly charts: number;
  /** Turns that can be unfolded and show something once they are. */
  readonly unfolded: readonly boolean[];
}

/** Opens the page, unfolds all there is, and fails on whatever a reader would stumble over. */
async function read(record: RunRecord, { name, width, colorScheme, media }: Reader): Promise<Seen> {
  assert.ok(browser);
  const path = join(folder, "report.html");
  writeFileSync(path, htmlReport(record));
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("dialog", (dialog) => complaints.push(dialog.message()));
  await page.emulateMedia({ media, colorScheme });
  await page.goto(pathToFileURL(path).href);
  // On paper nobody can click: what is folded has to be there all the same.
  const folded = page.locator("details:not([open]) > summary");
  if (media === "screen") for (let left = await folded.count(); left > 0; left--) await folded.first().click({ position: { x: 5, y: 5 } });
  assert.deepEqual(asked, [pathToFileURL(path).href], name);
  assert.deepEqual(complaints, [], name);
  assert.equal(await page.evaluate("document.title.includes('owned') || document.querySelector('script, img, iframe, object, a, link') !== null"), false, name);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), true, `${name} scrolls sideways`);
  assert.deepEqual(await page.evaluate(OUTSIDE), [], name);
  const seen: Seen = {
    paper: await page.evaluate("getComputedStyle(document.body).backgroundColor"),
    charts: await page.locator("figure svg:visible").count(),
    unfolded: await page.evaluate(
      `[...document.querySelectorAll("details.turn dl")].map((list) => list.checkVisibility({ contentVisibilityAuto: true }) && list.getBoundingClientRect().height > 10)`,
    ),
  };
  await page.close();
  return seen;
}

const ordinary = (): RunRecord =>
  withResult(syntheticRun({ sessions: 12, breaksCall: true, unansweredShare: 0.05 }), {
    thresholds: [{ text: "voice_to_voice p90 < 2500ms", cell: "effort=high,frameMs=20", passed: false, actual: "p90 = 3,510 ms" }],
    tags: { region: "eu" },
  });

const papers: Readonly<Record<Reader["name"], RegExp>> = {
  desk: /253, 253, 251/,
  phone: /253, 253, 251/,
  dark: /21, 24, 28/,
  "dark phone": /21, 24, 28/,
  paper: /255, 255, 255/,
};

for (const reader of readers) {
  test(`the page asks for nothing, runs nothing and fits: ${reader.name}`, { skip }, async () => {
    const seen = await read(ordinary(), reader);
    assert.match(seen.paper, papers[reader.name]);
    assert.ok(seen.charts >= 5, `${seen.charts} charts`);
    assert.ok(seen.unfolded.length === 10 && seen.unfolded.every(Boolean), `unfolded: ${seen.unfolded.join()}`);
  });
}

/** The page as it comes with a recording of 1.5 s of its slowest turn, and a link alone for the one after it. */
function heardPage(record: RunRecord): string {
  const tone = Int16Array.from({ length: 12_000 }, (_, index) => 8_000 * Math.sin(index / 3));
  const dataUri = `data:audio/wav;base64,${encodeWav({ sampleRateHz: 8_000, channels: [tone, tone] }, 8).toString("base64")}`;
  const [first = "", second = ""] = slowestShown(record).map(({ row }) => soundPath(row));
  const sound = { file: first, durationMs: 1_500, dataUri };
  return htmlReport(
    record,
    new Map<string, PageSound>([
      [first, sound],
      [second, { file: second, durationMs: 1_500 }],
    ]),
  );
}

/** Resolves once the page's recording is so, or fails with what the browser holds against it. */
const happened = (page: Page, event: string, isSo: string): Promise<unknown> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const audio = document.querySelector("audio");
    const look = () => void (${isSo} && resolve());
    audio.addEventListener("${event}", look);
    audio.addEventListener("error", () => reject(new Error(audio.error.message)));
    look();
  })`);

for (const { name, width, colorScheme, media } of readers) {
  test(`a turn that was kept can be listened to, from the keyboard too, and takes no paper: ${name}`, { skip }, async () => {
    assert.ok(browser);
    const path = join(folder, "heard.html");
    writeFileSync(path, heardPage(ordinary()));
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("request", (request) => asked.push(request.url()));
    await page.emulateMedia({ media, colorScheme });
    await page.goto(pathToFileURL(path).href);
    const audio = page.locator("audio");
    assert.equal(await audio.count(), 1);
    assert.equal(await audio.isVisible(), media === "screen");
    await happened(page, "loadedmetadata", "audio.readyState > 0");
    assert.equal(await page.evaluate("document.querySelector('audio').duration"), 1.5);
    if (media === "screen") {
      await page.locator("details.turn summary").first().focus();
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate("document.activeElement.tagName"), "AUDIO");
      assert.match((await audio.getAttribute("aria-label")) ?? "", /^Listen to .*caller \d+ turn \d+: caller on the left, answer on the right$/);
      await page.evaluate("document.querySelector('audio').muted = true");
      await page.keyboard.press("Space");
      await happened(page, "timeupdate", "audio.currentTime > 0");
      await page
        .locator("details.turn summary")
        .nth(1)
        .click({ position: { x: 5, y: 5 } });
      assert.equal(await page.locator("details.turn").nth(1).locator("a").isVisible(), true);
    }
    assert.deepEqual(await page.evaluate(OUTSIDE), []);
    assert.deepEqual([complaints, asked], [[], [pathToFileURL(path).href]]);
    await page.close();
  });
}

for (const reader of readers.filter(({ name }) => name === "desk" || name === "phone")) {
  test(`texts of an enemy stay texts and stay in their boxes: ${reader.name}`, { skip }, async () => {
    await read(hostileRun(), reader);
  });
}
