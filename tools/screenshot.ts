// Pictures of a report for the README and docs: node tools/screenshot.ts reports/example/report.html docs/report.png
// makes docs/report.png, docs/report-phone.png and docs/report-dark.png.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "../src/testing/browser.ts";

const [page, picture] = process.argv.slice(2);
if (page === undefined || picture === undefined) throw new Error("name the page and the picture: node tools/screenshot.ts report.html report.png");

const pictures = [
  { suffix: "", viewport: { width: 1_100, height: 1_180 }, colorScheme: "light", scale: 1 },
  { suffix: "-phone", viewport: { width: 390, height: 844 }, colorScheme: "light", scale: 2 },
  { suffix: "-dark", viewport: { width: 1_100, height: 1_180 }, colorScheme: "dark", scale: 1 },
] as const;

const browser = await openBrowser();
for (const { suffix, viewport, colorScheme, scale } of pictures) {
  const tab = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: scale });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.screenshot({ path: picture.replace(/(?=\.png$)/, suffix) });
  await tab.close();
}
await browser.close();
