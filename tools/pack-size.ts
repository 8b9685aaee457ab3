// Fails where the packed package is 3 MB or more, and lists what is largest in it, so that nobody has to look for what grew.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const MOST_BYTES = 3_000_000;
const LISTED = 12;

interface Packed {
  readonly size: number;
  readonly entryCount: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

const { stdout, status, error } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
  cwd: join(import.meta.dirname, ".."),
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (error || status !== 0) throw error ?? new Error(`npm pack ended with ${status}`);
const [packed] = JSON.parse(stdout) as readonly [Packed];
console.log(`${packed.size} bytes packed in ${packed.entryCount} files; below ${MOST_BYTES} are allowed`);
if (packed.size >= MOST_BYTES) {
  const largest = packed.files.toSorted((a, b) => b.size - a.size).slice(0, LISTED);
  console.log(largest.map(({ path, size }) => `${String(size).padStart(9)}  ${path}`).join("\n"));
  process.exitCode = 1;
}
