// A page as its readers see it: on a desk, on a phone, in the dark and on paper, and what none of them may stumble over.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";

export const readers = [
  { name: "desk", width: 1_280, colorScheme: "light", media: "screen" },
  { name: "phone", width: 390, colorScheme: "light", media: "screen" },
  { name: "dark", width: 1_280, colorScheme: "dark", media: "screen" },
  { name: "dark phone", width: 390, colorScheme: "dark", media: "screen" },
  { name: "paper", width: 760, colorScheme: "dark", media: "print" },
] as const;
export type Reader = (typeof readers)[number];

/** Elements that reach beyond the window, but for what lies in a box with its own scroll bar. */
export const OUTSIDE = `[...document.querySelectorAll("main *")].filter((element) => {
  const { right, width } = element.getBoundingClientRect();
  return width > 0 && right > window.innerWidth + 1 && !element.closest(".scroll, pre, svg");
}).map((element) => element.tagName + "." + element.className + " " + element.textContent.slice(0, 40))`;

/** The colour of the paper that each of them sees. */
export const papers: Readonly<Record<Reader["name"], RegExp>> = {
  desk: /253, 253, 251/,
  phone: /253, 253, 251/,
  dark: /21, 24, 28/,
  "dark phone": /21, 24, 28/,
  paper: /255, 255, 255/,
};

export interface Seen {
  readonly paper: string;
  readonly charts: number;
  /** Turns that can be unfolded and show something once they are. */
  readonly unfolded: readonly boolean[];
}

/** Opens the page, unfolds all there is, and fails on whatever a reader would stumble over. */
export async function readPage(browser: Browser, markup: string, { name, width, colorScheme, media }: Reader): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), "earshot-page-"));
  const path = join(folder, "page.html");
  writeFileSync(path, markup);
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
  rmSync(folder, { recursive: true });
  return seen;
}
