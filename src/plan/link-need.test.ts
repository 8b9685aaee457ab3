import assert from "node:assert/strict";
import { test } from "node:test";
import { linkNeed, tooSlow } from "./link-need.ts";

const pcm20 = { inputFormat: "pcm24k", outputFormat: "pcm24k", frameMs: 20 } as const;
const g711 = { inputFormat: "pcmu", outputFormat: "pcmu", frameMs: 20 } as const;

test("what a link must carry follows from format and frame", () => {
  // By hand: 960 bytes are 1,280 of base64 and 47 of JSON; 8 of WebSocket, 22 of TLS, 52 of TCP/IP; fifty times a second.
  assert.equal(linkNeed(pcm20, true).upKbit, ((1_280 + 47 + 8 + 22 + 52) * 8) / 20);
  assert.equal(Math.round(linkNeed(g711, true).upKbit), 138);
  assert.equal(Math.round(linkNeed({ ...g711, frameMs: 100 }, false).upKbit), 94);
  assert.ok(linkNeed(pcm20, false).upKbit < linkNeed(pcm20, true).upKbit);
  assert.ok(linkNeed(pcm20, true).downKbit > 512 && linkNeed(pcm20, true).downKbit < 560);
});

test("a link that is fast enough, or has no rate, is let through", () => {
  assert.equal(tooSlow("lte", {}, pcm20, true), undefined);
  assert.equal(tooSlow("lte", { upKbit: 12_000, downKbit: 12_000 }, pcm20, true), undefined);
  assert.equal(tooSlow("nlc-3g", { upKbit: 330, downKbit: 780 }, g711, true), undefined);
});

test("one that is not is named, with both figures and what would fit", () => {
  assert.equal(
    tooSlow("wpt-dsl", { upKbit: 384, downKbit: 1_500 }, pcm20, false),
    "wpt-dsl carries 384 kbit/s up, and pcm24k in frames of 20 ms needs about 555: " +
      "session.inputFormat: pcmu with session.outputFormat: pcmu fits, or choose a faster network (earshot networks lists them)",
  );
  assert.match(tooSlow("slow", { upKbit: 110, downKbit: 110 }, g711, true) ?? "", /^slow carries 110 kbit\/s up, .*and session\.frameMs: 100 fits/);
  assert.match(tooSlow("dial", { upKbit: 30, downKbit: 49 }, g711, true) ?? "", /up, and pcmu .*; it carries 49 kbit\/s down.*no format fits/);
});
