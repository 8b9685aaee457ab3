// The earshot commands of the workflow files in docs/ci, by the names of their steps.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>>;
}

interface Pipeline {
  readonly "voice-latency": { readonly script: readonly string[]; readonly artifacts: { readonly reports: { readonly junit: string } } };
}

const docs = join(import.meta.dirname, "..", "..", "docs");
const readDocs = (name: string): string => readFileSync(join(docs, name), "utf8");

const isEarshot = (line: string): boolean => line.includes("npx earshot ");

/** What the workflow for GitHub Actions runs, step by step. */
export function githubCommands(): ReadonlyMap<string, string> {
  const { jobs } = parse(readDocs("ci/github.yml")) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return new Map(steps.flatMap(({ name, run }) => (name !== undefined && run !== undefined && isEarshot(run) ? [[name, run] as const] : [])));
}

export const gitlabCommands = (): readonly string[] => (parse(readDocs("ci/gitlab.yml")) as Pipeline)["voice-latency"].script.filter(isEarshot);

/** The commands that the page shows, line by line. */
export const pageCommands = (): readonly string[] => [...readDocs("ci.md").matchAll(/^ {4}(npx earshot .*)$/gm)].map(([, line = ""]) => line);
