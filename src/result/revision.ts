// Which state of the user's code a run was made for, and which job made it: from what CI systems say, else from the repository around the
// working folder. Nobody is asked, and where nothing is known nothing is said.

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface Revision {
  readonly commit?: string;
  readonly branch?: string;
  /** Name or address of the CI job. */
  readonly job?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By the names that GitHub, GitLab, Buildkite, CircleCI, Jenkins and Azure Pipelines document. */
const commits = ["GITHUB_SHA", "CI_COMMIT_SHA", "BUILDKITE_COMMIT", "CIRCLE_SHA1", "GIT_COMMIT", "BUILD_SOURCEVERSION"];
const branches = ["GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "BUILDKITE_BRANCH", "CIRCLE_BRANCH", "GIT_BRANCH", "BUILD_SOURCEBRANCHNAME"];
const jobs = ["CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL"];

/** Undefined where there is nothing to say. */
export function revisionOf(env: Environment, folder: string): Revision | undefined {
  const first = (names: readonly string[]): string | undefined => names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
  const git = headOf(folder);
  const commit = first(commits) ?? git?.commit;
  const branch = first(branches) ?? git?.branch;
  const job = first(jobs) ?? githubJob(env);
  const revision = { ...(commit === undefined ? {} : { commit }), ...(branch === undefined ? {} : { branch }), ...(job === undefined ? {} : { job }) };
  return Object.keys(revision).length > 0 ? revision : undefined;
}

function githubJob({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }: Environment): string | undefined {
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

/** What HEAD of the repository around the folder names (gitrepository-layout(5)); undefined outside of one. */
function headOf(folder: string): Pick<Revision, "commit" | "branch"> | undefined {
  const git = gitFolder(resolve(folder));
  if (git === undefined) return undefined;
  const head = textOf(join(git, "HEAD"));
  const [, ref] = /^ref: (.+)$/.exec(head) ?? [];
  if (ref === undefined) return isCommit(head) ? { commit: head } : undefined;
  // Of a linked worktree, branches are kept in the repository it was made from.
  const shared = textOf(join(git, "commondir"));
  const roots = shared === "" ? [git] : [git, resolve(git, shared)];
  const commit = roots.map((root) => textOf(join(root, ref)) || packedRef(root, ref)).find(isCommit);
  const branch = ref.replace(/^refs\/heads\//, "");
  return commit === undefined ? { branch } : { commit, branch };
}

function gitFolder(folder: string): string | undefined {
  const place = join(folder, ".git");
  if (existsSync(place)) {
    if (statSync(place).isDirectory()) return place;
    const [, linked] = /^gitdir: (.+)$/.exec(textOf(place)) ?? [];
    return linked === undefined ? undefined : resolve(folder, linked);
  }
  const above = dirname(folder);
  return above === folder ? undefined : gitFolder(above);
}

const packedRef = (git: string, ref: string): string =>
  textOf(join(git, "packed-refs"))
    .split("\n")
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(" ")[0] ?? "";

const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8").trim() : "");
