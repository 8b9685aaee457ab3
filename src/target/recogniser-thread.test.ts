import assert from "node:assert/strict";
import { test } from "node:test";
import { openClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { createRecogniserThread } from "./recogniser-thread.ts";

test("questions asked before it has learnt the clips are answered too, each with its own answer", async () => {
  const clips = orThrow(await openClipStore([packagePath("fixtures")]));
  const notices: string[] = [];
  const thread = createRecogniserThread(clips.roots, (notice) => void notices.push(notice));
  const ids = ["yes", "no", "refund"];
  const heard = await Promise.all(ids.map(async (id) => thread.recognise(orThrow(await clips.wire(id, "pcmu")), "pcmu")));
  assert.deepEqual(
    heard.map((answer) => answer?.clip),
    ids,
  );
  await thread.close();
  assert.equal(await thread.recognise(new Uint8Array(800), "pcmu"), undefined);
  assert.deepEqual(notices, []);
});

test("a thread that cannot learn its clips is said to be lost, once, and whoever waits is told that nothing was heard", async () => {
  const notices: string[] = [];
  const thread = createRecogniserThread(["/nowhere"], (notice) => void notices.push(notice));
  const questions = [thread.recognise(new Uint8Array(800), "pcmu"), thread.recognise(new Uint8Array(800), "pcmu")];
  assert.deepEqual(await Promise.all(questions), [undefined, undefined]);
  assert.equal(await thread.recognise(new Uint8Array(800), "pcmu"), undefined);
  assert.match(notices.join("|"), /^[^|]*\/nowhere\/manifest\.json: does not exist[^|]*$/);
  await thread.close();
});
