// The plan of the house, as data: which room may import which, through which door each library and each part of Node
// comes in, and what only one file may touch. tidy.test.ts holds the sources to it.

export interface Room {
  readonly name: string;
  /** Rooms it may import, all of them above it in the table; "all" means every room above. */
  readonly mayImport: readonly string[] | "all";
  /** What is decided here, in one sentence. */
  readonly holds: string;
}

/** From the ground up: a room imports only rooms above it in this table, and only those named. */
export const rooms: readonly Room[] = [
  { name: "core", mayImport: [], holds: "time, chance, units, faults of input as values, every bound" },
  { name: "audio", mayImport: ["core"], holds: "recordings to ready-made frames, and how loud a sample is" },
  { name: "protocol", mayImport: ["core"], holds: "what goes over the wire and what each provider can do" },
  { name: "metrics", mayImport: ["core"], holds: "what is measured, the raw row of a turn, the instrument's self-check" },
  { name: "faults", mayImport: ["core"], holds: "bad networks, one fault a file, between TCP and TLS" },
  { name: "cost", mayImport: ["core", "protocol"], holds: "dated prices and what a turn costs by them" },
  { name: "scenario", mayImport: ["core", "audio", "protocol", "faults"], holds: "what a user may ask, and every fault in how they asked it" },
  { name: "plan", mayImport: ["core", "audio", "protocol", "scenario", "faults", "cost"], holds: "who calls when, saying what, under which faults" },
  { name: "transport", mayImport: ["core", "protocol", "faults"], holds: "TCP, TLS and WebSocket, and when each was ready" },
  { name: "target", mayImport: ["core", "audio", "protocol", "faults"], holds: "the reference server, which shares nothing else with the measurer" },
  { name: "accuracy", mayImport: ["core", "protocol"], holds: "whether the answer was right" },
  {
    name: "session",
    mayImport: ["core", "audio", "protocol", "metrics", "plan", "transport", "accuracy"],
    holds: "one caller: a pure step and its driver",
  },
  { name: "result", mayImport: ["core", "protocol", "metrics", "faults", "plan", "cost"], holds: "the one object a run becomes, and its folder" },
  {
    name: "load",
    mayImport: ["core", "audio", "protocol", "metrics", "faults", "cost", "plan", "transport", "session", "result"],
    holds: "a plan to a result: many callers at once",
  },
  {
    name: "doctor",
    mayImport: ["core", "metrics", "faults", "plan", "protocol", "transport", "session", "load"],
    holds: "what stands between this machine and a server, step by step",
  },
  { name: "calibrate", mayImport: ["core", "metrics", "faults", "plan", "result", "load"], holds: "the instrument against known delays" },
  { name: "compare", mayImport: ["core", "metrics", "result"], holds: "whether two runs differ, and how sure that is" },
  { name: "live", mayImport: ["core", "metrics", "result"], holds: "watching a run while it runs" },
  { name: "report", mayImport: ["core", "metrics", "result", "compare"], holds: "a result to text" },
  { name: "distributed", mayImport: ["core", "metrics", "cost", "plan", "load", "result"], holds: "one plan on many machines" },
  { name: "library", mayImport: "all", holds: "from a scenario's file to its reports, for programs and the command line alike" },
  { name: "cli", mayImport: "all", holds: "commands, exit codes, what is printed" },
];

/** Builders and fakes for tests. Only tests and this room itself import it; it may use every room but these. */
export const testingRoom = { name: "testing", mayNotImport: ["cli"] } as const;

/** The published face of the package: the one file that may pass on what others define. It lies outside the rooms. */
export const publicFace = { path: "src/index.ts", mayNotImport: ["cli", "testing"] } as const;

export interface Door {
  /** A package, or a part of Node with its `node:`. Its subpaths come in by the same door. */
  readonly module: string;
  /** Files, or folders with a closing slash, below src. */
  readonly opensTo: readonly string[];
}

const files = [
  "core/package-files.ts",
  "audio/clip-store.ts",
  "audio/add-clip.ts",
  "cost/price-book.ts",
  "load/access.ts",
  "target/process.ts",
  "target/ground-truth.ts",
  "result/",
  "library/",
  "cli/",
];

/** A module that is in neither list may not be imported at all: give it a door first. */
export const doors: readonly Door[] = [
  { module: "node:fs", opensTo: files },
  { module: "node:child_process", opensTo: ["load/embedded-target.ts", "load/key-command.ts"] },
  { module: "node:worker_threads", opensTo: ["core/ticker.ts", "core/ticker-thread.ts", "load/", "target/recogniser-thread.ts", "library/second-writer.ts"] },
  { module: "node:perf_hooks", opensTo: ["core/monotonic.ts", "metrics/self-check.ts"] },
  { module: "node:net", opensTo: ["transport/", "target/"] },
  { module: "node:tls", opensTo: ["transport/", "target/"] },
  { module: "node:http", opensTo: ["target/", "live/", "transport/http-exchange.ts"] },
  { module: "node:https", opensTo: ["target/"] },
  { module: "node:os", opensTo: ["load/threads-for.ts", "result/", "cli/"] },
  { module: "node:readline", opensTo: ["cli/"] },
  { module: "node:sqlite", opensTo: ["result/history.ts"] },
  { module: "ws", opensTo: ["transport/", "target/"] },
  { module: "hdr-histogram-js", opensTo: ["metrics/histogram.ts"] },
  { module: "pure-rand", opensTo: ["core/random.ts"] },
  { module: "yaml", opensTo: ["scenario/"] },
  { module: "zod", opensTo: ["scenario/", "audio/manifest.ts", "cost/price-book.ts"] },
  { module: "@wasm-audio-decoders/flac", opensTo: ["audio/flac.ts"] },
  { module: "@echogarden/speex-resampler-wasm", opensTo: ["audio/resample.ts"] },
  { module: "@echogarden/fvad-wasm", opensTo: ["target/voice-detector.ts"] },
  { module: "csv-stringify", opensTo: ["report/"] },
  { module: "@observablehq/plot", opensTo: ["report/html/"] },
  { module: "linkedom", opensTo: ["report/html/"] },
  { module: "log-update", opensTo: ["cli/", "live/", "report/"] },
  { module: "yargs", opensTo: ["cli/"] },
  { module: "bullmq", opensTo: ["distributed/queue.ts"] },
  { module: "ioredis", opensTo: ["distributed/queue.ts"] },
];

/** Parts of Node without time, chance, files or sockets of their own: any room may use them. */
export const openModules: readonly string[] = [
  "node:assert",
  "node:buffer",
  "node:crypto",
  "node:events",
  "node:path",
  "node:stream",
  "node:string_decoder",
  "node:url",
  "node:util",
  "node:zlib",
];

export interface ForbiddenGlobal {
  readonly name: string;
  readonly allowedIn: readonly string[];
  readonly instead: string;
}

const clockOnly = ["core/system-clock.ts", "core/monotonic.ts"];

/** Time and chance are arguments, and only the command line may end the process. Tests and builders for tests are exempt. */
export const forbiddenGlobals: readonly ForbiddenGlobal[] = [
  ...["Date", "setTimeout", "setInterval", "setImmediate", "process.hrtime"].map((name) => ({
    name,
    allowedIn: clockOnly,
    instead: "take a Clock (core/clock.ts) as an argument",
  })),
  { name: "performance", allowedIn: [...clockOnly, "metrics/self-check.ts"], instead: "take a Clock (core/clock.ts) as an argument" },
  { name: "Math.random", allowedIn: [], instead: "take a Random (core/random.ts) as an argument" },
  { name: "process.exit", allowedIn: ["cli/", "target/process.ts"], instead: "return a Result or throw; only the command line ends the process" },
];

export const fileLines = { most: 400 } as const;

/** Names that say nothing of what is inside. */
export const emptyNames: readonly string[] = ["util", "utils", "helper", "helpers", "common", "misc", "manager", "shared"];
