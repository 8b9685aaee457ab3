import assert from "node:assert/strict";
import { test } from "node:test";
import { orThrow } from "../core/issues.ts";
import { createSystemClock } from "../core/system-clock.ts";
import { callOf, scenarioWith } from "../testing/scenario.ts";
import { defaults } from "../scenario/defaults.ts";
import type { RemoteTarget } from "../scenario/remote-target.ts";
import { endpointOf } from "./endpoints.ts";
import { openTargets } from "./targets.ts";

const server = (port: number, bearer: string): RemoteTarget => ({
  provider: "compatible",
  model: "m",
  url: `ws://127.0.0.1:${port}/v1/realtime`,
  auth: { bearer, as: "bearer" },
  capabilities: defaults.capabilities,
});

test("cells may name servers of their own, each with its key and all keys kept secret", async () => {
  const calls = [server(8801, "sk-base"), server(8802, "sk-head")].map((target) => callOf(scenarioWith({ target })));
  const question = { clock: createSystemClock(), cells: calls.map(({ cell }) => cell), seed: 1, truthPath: "/dev/null", fixtureRoots: [], env: {} };
  const { endpoints, secrets, stop } = orThrow(await openTargets(question));
  await stop();
  const ways = calls.map((call) => endpointOf(endpoints, call));
  assert.deepEqual(
    ways.map(({ url, headers }) => [new URL(url).port, headers["authorization"] ?? headers["Authorization"]]),
    [
      ["8801", "Bearer sk-base"],
      ["8802", "Bearer sk-head"],
    ],
  );
  assert.deepEqual(secrets.toSorted(), ["sk-base", "sk-head"]);
});
