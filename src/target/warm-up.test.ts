import assert from "node:assert/strict";
import { test } from "node:test";
import { openClipStore } from "../audio/clip-store.ts";
import { orThrow } from "../core/issues.ts";
import { packagePath } from "../core/package-files.ts";
import { readProfile } from "./profile.ts";
import { readScript } from "./script.ts";
import { prepareSpeech } from "./speech.ts";
import { warmUp } from "./warm-up.ts";

test("before anybody calls, conversations that nobody is in are answered whole, in every profile", async () => {
  const clips = orThrow(await openClipStore([packagePath("fixtures")]));
  for (const name of ["exact", "realtime-2", "seed", "cascade"]) {
    const profile = orThrow(readProfile(name));
    const speech = orThrow(await prepareSpeech({ clips, script: orThrow(readScript("crm")), profile }));
    assert.ok(warmUp({ profile, speech }) >= 12, name);
  }
});
