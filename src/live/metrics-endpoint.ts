// `/metrics` on loopback while runs go on.

import type { Result } from "../core/issues.ts";
import { liveMetricsText } from "./live-metrics.ts";
import { openLocalServer, sendText, type LocalServer } from "./local-server.ts";
import type { RunView } from "./run-view.ts";

const type = "text/plain; version=0.0.4; charset=utf-8";

export const openMetricsEndpoint = ({ view, port }: { readonly view: RunView; readonly port: number }): Promise<Result<LocalServer>> =>
  openLocalServer({
    source: "--metrics-port",
    port,
    routes: new Map([["metrics", (response) => sendText(response, { type, text: liveMetricsText(view.snapshot()) })]]),
  });
