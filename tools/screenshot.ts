// A picture of a report for the README: node tools/screenshot.ts reports/example/report.html docs/report.png

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openBrowser } from "../src/testing/browser.ts";

const [page, picture, scheme = "light"] = process.argv.slice(2);
if (page === undefined || picture === undefined) throw new Error("name the page and the picture: node tools/screenshot.ts report.html report.png [light|dark]");

const browser = await openBrowser();
const tab = await browser.newPage({ viewport: { width: 1_100, height: 1_180 }, colorScheme: scheme === "dark" ? "dark" : "light" });
await tab.goto(pathToFileURL(resolve(page)).href);
await tab.screenshot({ path: picture });
await browser.close();
