import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { encodeWav } from "../audio/encode-wav.ts";
import { toInt16 } from "../audio/pcm.ts";
import { decodeWav } from "../audio/wav.ts";
import { orThrow } from "../core/issues.ts";
import type { RunRecord } from "../result/run-result.ts";
import { soundPath } from "../result/sound-files.ts";
import { slowestShown } from "../report/html/slowest-section.ts";
import { htmlReport } from "../report/html/page.ts";
import { syntheticRun, withResult } from "../testing/run-record.ts";
import { pageSoundCharsMax, pageSounds } from "./page-sounds.ts";

const folder = mkdtempSync(join(tmpdir(), "earshot-sounds-"));
after(() => rmSync(folder, { recursive: true }));

/** A run whose ten slowest turns are files of `seconds`, a tone on the left and one an octave higher on the right. */
function heardRun(seconds: number): RunRecord {
  const tone = (hz: number): Int16Array =>
    Int16Array.from({ length: seconds * 24_000 }, (_, index) => Math.round(10_000 * Math.sin((2 * Math.PI * hz * index) / 24_000)));
  const wav = encodeWav({ sampleRateHz: 24_000, channels: [tone(500), tone(1_000)] }, 16);
  const run = syntheticRun({ sessions: 12 });
  const turns = slowestShown(run).map(({ row: { cell, session, call, turn } }) => {
    const place = { cell, session, call, turn };
    const file = soundPath(place);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), wav);
    return { ...place, file, fileBytes: wav.length };
  });
  return withResult(run, { audio: { kept: "worst:10", turns } });
}

const crossings = (samples: Int16Array): number => samples.filter((sample, index) => sample >= 0 && (samples[index - 1] ?? 0) < 0).length;

test("what a page carries is the same sound, side by side, in a sixth of the bytes", async () => {
  const [sound] = (await pageSounds(folder, heardRun(1))).values();
  assert.ok(sound?.dataUri);
  const bytes = Buffer.from(sound.dataUri.replace("data:audio/wav;base64,", ""), "base64");
  const { sampleRateHz, channels } = orThrow(decodeWav(bytes, "page"));
  assert.deepEqual([sampleRateHz, sound.durationMs, channels.length], [8_000, 1_000, 2]);
  assert.ok(bytes.length * 5.9 < 24_000 * 4);
  const [left = 0, right = 0] = channels.map((channel) => crossings(toInt16(channel)));
  assert.ok(Math.abs(left - 500) <= 2 && Math.abs(right - 1_000) <= 2, `${left} and ${right} Hz`);
});

test("the slowest come first until the page is full; the others are linked, and the page stays below a megabyte", async () => {
  const record = heardRun(6);
  const sounds = await pageSounds(folder, record);
  assert.equal(sounds.size, 10);
  const inside = [...sounds.values()].map(({ dataUri }) => dataUri !== undefined);
  const carried = inside.filter(Boolean).length;
  assert.deepEqual(
    inside,
    Array.from({ length: 10 }, (_, index) => index < carried),
  );
  assert.ok(carried >= 4 && carried * 6 * 16_000 * (4 / 3) <= pageSoundCharsMax, `${carried} recordings`);
  const page = htmlReport(record, sounds);
  assert.ok(page.length < 1_000_000, `${page.length} characters`);
  assert.deepEqual([page.match(/<audio/g)?.length, page.match(/<a href="audio\//g)?.length], [carried, 10]);
});

test("a file that is gone, damaged or not the run's own is left out", async () => {
  const record = heardRun(1);
  const [first, second, third, ...rest] = record.result.audio?.turns ?? [];
  assert.ok(first && second && third);
  rmSync(join(folder, first.file));
  writeFileSync(join(folder, second.file), "RIFF");
  writeFileSync(join(folder, "stranger.wav"), "RIFF");
  const elsewhere = { ...third, file: "../stranger.wav" };
  const sounds = await pageSounds(folder, withResult(record, { audio: { kept: "all", turns: [first, second, elsewhere, ...rest] } }));
  assert.deepEqual(new Set(sounds.keys()), new Set(rest.map(({ file }) => file)));
});
