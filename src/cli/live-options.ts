// The flags of `earshot run` that let somebody watch: what they mean, and what they open.

import { randomBytes } from "node:crypto";
import type { Argv } from "yargs";
import type { Clock } from "../core/clock.ts";
import { InputError, orThrow } from "../core/issues.ts";
import { isLoopbackHost } from "../core/loopback-host.ts";
import { openDashboard, type Dashboard } from "../live/dashboard.ts";
import { openMetricsEndpoint } from "../live/metrics-endpoint.ts";
import { createRunView, type RunView } from "../live/run-view.ts";
import { printError } from "./output.ts";

/** A flag without a port is an empty text. */
export interface LiveArguments {
  readonly dashboard?: string;
  readonly "dashboard-host"?: string;
  readonly "metrics-port"?: string;
}

/** The port that Prometheus' users know exporters by which have none of their own. */
const METRICS_PORT = 9464;
const PORT_MAX = 65_535;
const TOKEN_BYTES = 18;

export const liveOptions = (parser: Argv): Argv =>
  parser
    .option("dashboard", {
      type: "string",
      describe: "A page that shows the run while it goes on, on this machine only; =PORT, else a free one",
      group: "Watching:",
    })
    .option("dashboard-host", {
      type: "string",
      describe: "Show the page on this address of the machine too; its own address then holds a token",
      group: "Watching:",
      requiresArg: true,
    })
    .option("metrics-port", {
      type: "string",
      describe: `/metrics for Prometheus while the run goes on, on this machine only; =PORT, else ${METRICS_PORT}`,
      group: "Watching:",
    });

export interface LiveDoors {
  readonly view: RunView;
  close(): Promise<void>;
}

/** Opens what was asked for, and says where; a port that can't be had is told before anything is run. */
export async function openLive(given: LiveArguments, clock: Clock): Promise<LiveDoors> {
  const view = createRunView(clock);
  const openTo = given["dashboard-host"];
  if (openTo !== undefined && given.dashboard === undefined)
    throw new InputError([{ source: "--dashboard-host", message: "is where --dashboard shows its page; give both" }]);
  const dashboardPort = portOf("--dashboard", given.dashboard, 0);
  const metricsPort = portOf("--metrics-port", given["metrics-port"], METRICS_PORT);

  const doors: { stop(): Promise<void> }[] = [];
  try {
    if (dashboardPort !== undefined) {
      const dashboard = await openPage({ view, clock, port: dashboardPort, openTo });
      doors.push(dashboard);
      printError(`dashboard  ${dashboard.url}`);
    }
    if (metricsPort !== undefined) {
      const endpoint = orThrow(await openMetricsEndpoint({ view, port: metricsPort }));
      doors.push(endpoint);
      printError(`metrics    ${endpoint.url}metrics`);
    }
  } catch (error) {
    await Promise.all(doors.map((door) => door.stop()));
    throw error;
  }
  return { view, close: async () => void (await Promise.all(doors.map((door) => door.stop()))) };
}

interface PageQuestion {
  readonly view: RunView;
  readonly clock: Clock;
  readonly port: number;
  readonly openTo: string | undefined;
}

async function openPage({ openTo, ...page }: PageQuestion): Promise<Dashboard> {
  if (openTo === undefined || isLoopbackHost(openTo.includes(":") ? `[${openTo}]` : openTo)) return orThrow(await openDashboard(page));
  return orThrow(await openDashboard({ ...page, openTo, token: randomBytes(TOKEN_BYTES).toString("base64url") }));
}

function portOf(source: string, text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined || text === "") return text === undefined ? undefined : otherwise;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= PORT_MAX) return port;
  throw new InputError([{ source, message: `"${text}" is no port: write ${source}=8080, or ${source} alone behind the scenarios` }]);
}
