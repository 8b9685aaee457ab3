// The machine a run was made on: two runs of different machines are not compared by accident.

import { arch, cpus, release, totalmem, type as osType } from "node:os";
import type { RunResult } from "./run-result.ts";

export function environment(): RunResult["environment"] {
  const all = cpus();
  return {
    node: process.version,
    os: `${osType()} ${release()}`,
    arch: arch(),
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryBytes: totalmem(),
  };
}
