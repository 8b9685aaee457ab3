// Makes dist from src: a clean folder, compiled modules, and a command line that can be run.
// npm runs it after `npm ci` and before `npm pack`.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const commandLine = join(dist, "cli", "main.js");
const shebang = "#!/usr/bin/env node\n";

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
const { status, error } = spawnSync(process.execPath, [compiler, "-p", join(root, "tools", "tsconfig.build.json")], { stdio: "inherit" });
if (error) throw error;

if (status === 0 && existsSync(commandLine)) {
  const text = readFileSync(commandLine, "utf8");
  if (!text.startsWith("#!")) writeFileSync(commandLine, shebang + text);
  chmodSync(commandLine, 0o755);
}
process.exitCode = status ?? 1;
