// The recogniser in a thread of its own, both ends of it: sessions go on being served while it thinks. It starts with the
// first question; a target that is never asked anything starts none.

import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { openClipStore } from "../audio/clip-store.ts";
import type { AudioFormat } from "../audio/format.ts";
import { modulePath } from "../core/package-files.ts";
import { knownClips } from "./known-clips.ts";
import type { Heard, Recogniser } from "./recogniser.ts";
import { createRecogniser } from "./recogniser.ts";

export interface RecogniserThread {
  /** What the audio holds, or undefined once the thread is lost. Never rejects. */
  recognise(audio: Uint8Array, format: AudioFormat): Promise<Heard | undefined>;
  close(): Promise<void>;
}

interface Question {
  readonly number: number;
  readonly audio: Uint8Array;
  readonly format: AudioFormat;
}

interface Answer {
  readonly number: number;
  readonly heard: Heard;
}

const ROLE = "recogniser";

/** Recognises the caller clips of these fixture roots. `say` is told when the thread is lost. */
export function createRecogniserThread(roots: readonly string[], say: (notice: string) => void): RecogniserThread {
  const waiting = new Map<number, (heard: Heard | undefined) => void>();
  let worker: Worker | undefined;
  let isLost = false;
  let isClosing = false;
  let asked = 0;

  function lose(reason: string): void {
    if (!isLost && !isClosing) say(`the recogniser is lost, nothing more is recognised: ${reason}`);
    isLost = true;
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(modulePath("target", "recogniser-thread"), { workerData: { role: ROLE, roots } });
    started.on("message", ({ number, heard }: Answer) => {
      waiting.get(number)?.(heard);
      waiting.delete(number);
    });
    started.on("error", (error: unknown) => lose(error instanceof Error ? error.message : String(error)));
    started.on("exit", (code) => lose(`it ended with ${code}`));
    // A target that has ended otherwise is not kept alive by it.
    started.unref();
    return started;
  }

  return {
    recognise: (audio, format) =>
      new Promise((resolve) => {
        if (isLost || isClosing) return resolve(undefined);
        worker ??= start();
        const number = asked++;
        waiting.set(number, resolve);
        worker.postMessage({ number, audio, format } satisfies Question);
      }),
    async close() {
      isClosing = true;
      await worker?.terminate();
    },
  };
}

/** The other end: learns the clips, then answers in order. Questions that come before it has learnt wait in its port. */
async function answerQuestions(roots: readonly string[]): Promise<void> {
  const recogniser = await learn(roots);
  parentPort?.on("message", ({ number, audio, format }: Question) => {
    parentPort?.postMessage({ number, heard: recogniser.recognise(audio, format) } satisfies Answer);
  });
}

async function learn(roots: readonly string[]): Promise<Recogniser> {
  const store = await openClipStore(roots);
  const known = store.ok ? await knownClips(store.value) : store;
  if (!known.ok) throw new Error(known.issues.map(({ source, message }) => `${source}: ${message}`).join("; "));
  return createRecogniser(known.value);
}

const given = workerData as { readonly role?: unknown; readonly roots: readonly string[] } | null;
if (!isMainThread && given?.role === ROLE) await answerQuestions(given.roots);
