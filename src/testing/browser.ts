// A real browser for tests and pictures: Debian's Chromium, where it is installed.

import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Why there is no browser here, or undefined where there is one. Under EARSHOT_REQUIRE=chromium a missing one is a failure. */
export function browserMissing(): string | undefined {
  if (existsSync(executablePath)) return undefined;
  const required = (process.env["EARSHOT_REQUIRE"] ?? "").split(",").includes("chromium");
  if (required) throw new Error(`chromium is required and ${executablePath} does not exist`);
  return "skipped, no chromium: apt-get install chromium";
}

/** Started so that it makes no connection of its own. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
