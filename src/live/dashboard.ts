// The page that shows a run while it goes on: its files, held in memory, what there was so far, and events.

import type { ServerResponse } from "node:http";
import { sleepUntil, type Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/issues.ts";
import { limits } from "../core/limits.ts";
import { readDependencyText, readPackageText } from "../core/package-files.ts";
import { msToUs } from "../core/units.ts";
import { createAudience, type Audience } from "./audience.ts";
import { openLocalServer, sendText, type LocalServerQuestion } from "./local-server.ts";
import type { RunView } from "./run-view.ts";

export interface DashboardQuestion extends Pick<LocalServerQuestion, "port" | "openTo" | "token"> {
  readonly view: RunView;
  readonly clock: Clock;
}

export interface Dashboard {
  readonly url: string;
  /** Tells every page that nothing more will come, and is gone. */
  stop(): Promise<void>;
}

export async function openDashboard({ view, clock, ...place }: DashboardQuestion): Promise<Result<Dashboard>> {
  const audience = createAudience();
  const server = await openLocalServer({ ...place, source: "--dashboard", routes: new Map([...pageFiles(), ...liveRoutes(view, audience)]) });
  if (!server.ok) return server;
  const stopListening = view.listen((snapshot) => audience.send("snapshot", snapshot));
  return ok({
    url: server.value.url,
    async stop() {
      stopListening();
      // The last event should arrive, but a browser that does not read it holds up nobody's command.
      await Promise.race([audience.finish("over"), sleepUntil(clock, clock.nowUs() + msToUs(limits.watchFarewellMs))]);
      await server.value.stop();
    },
  });
}

const html = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** Read once, before the run: nothing is asked of the disk while it goes on. */
function pageFiles(): readonly (readonly [string, (response: ServerResponse) => void])[] {
  const ours = (name: string): string => readPackageText("assets", "dashboard", name);
  const files: readonly (readonly [path: string, type: string, text: string])[] = [
    ["", html, ours("page.html")],
    ["page.css", css, ours("page.css")],
    ["page.js", script, ours("page.js")],
    ["icon.svg", "image/svg+xml", ours("icon.svg")],
    ["uplot.js", script, readDependencyText(import.meta.resolve("uplot/dist/uPlot.iife.min.js"))],
    ["uplot.css", css, readDependencyText(import.meta.resolve("uplot/dist/uPlot.min.css"))],
  ];
  return files.map(([path, type, text]) => [path, (response) => sendText(response, { type, text })]);
}

function liveRoutes(view: RunView, audience: Audience): readonly (readonly [string, (response: ServerResponse) => void])[] {
  return [
    [
      "history",
      (response) => sendText(response, { type: "application/json", text: JSON.stringify({ runId: view.snapshot()?.runId ?? null, points: view.history() }) }),
    ],
    [
      "events",
      (response) => {
        if (!audience.add(response)) return sendText(response, { status: 503, type: "text/plain", text: "too many pages look at this run already\n" });
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        const snapshot = view.snapshot();
        return void response.write(snapshot ? `retry: 1000\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n` : "retry: 1000\n\n");
      },
    ],
  ];
}
