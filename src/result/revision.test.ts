import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { revisionOf } from "./revision.ts";

const root = mkdtempSync(join(tmpdir(), "earshot-revision-"));
after(() => rmSync(root, { recursive: true, force: true }));
const a = "a".repeat(40);
const b = "b".repeat(40);

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, name, path, ".."), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
}

test("a repository's branch and commit are found from a folder below it", () => {
  const place = folder("loose", { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${a}\n`, "deep/er/file": "" });
  assert.deepEqual(revisionOf({}, join(place, "deep/er")), { commit: a, branch: "main" });
});

test("packed branches, a detached head and a branch without a commit are read as they are", () => {
  const packed = folder("packed", { ".git/HEAD": "ref: refs/heads/x/y\n", ".git/packed-refs": `# pack-refs\n${b} refs/heads/other\n${a} refs/heads/x/y\n` });
  assert.deepEqual(revisionOf({}, packed), { commit: a, branch: "x/y" });
  assert.deepEqual(revisionOf({}, folder("detached", { ".git/HEAD": `${b}\n` })), { commit: b });
  assert.deepEqual(revisionOf({}, folder("new", { ".git/HEAD": "ref: refs/heads/main\n" })), { branch: "main" });
});

test("a linked worktree finds its branch in the repository it was made from", () => {
  folder("whole", { ".git/refs/heads/side": `${a}\n`, ".git/worktrees/side/HEAD": "ref: refs/heads/side\n", ".git/worktrees/side/commondir": "../..\n" });
  const linked = folder("linked", { ".git": `gitdir: ${join(root, "whole/.git/worktrees/side")}\n` });
  assert.deepEqual(revisionOf({}, linked), { commit: a, branch: "side" });
});

test("what a CI system says goes before the repository, and its job is named", () => {
  const place = folder("ci", { ".git/HEAD": `${b}\n` });
  const env = {
    GITHUB_SHA: a,
    GITHUB_HEAD_REF: "",
    GITHUB_REF_NAME: "main",
    GITHUB_SERVER_URL: "https://git.example",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_RUN_ID: "7",
  };
  assert.deepEqual(revisionOf(env, place), { commit: a, branch: "main", job: "https://git.example/o/r/actions/runs/7" });
  assert.equal(revisionOf({ CI_JOB_URL: "https://ci.example/9" }, place)?.job, "https://ci.example/9");
});

test("outside of all that nothing is said", () => {
  assert.equal(revisionOf({}, folder("plain", { file: "" })), undefined);
});
