// The first callers of a target that was only just started would be heard late: what serves them is not compiled yet. So
// it first serves some conversations that nobody is in, on time that does not pass.

import { formats } from "../audio/format.ts";
import { stream } from "../core/random.ts";
import { createAppendLane } from "./append-lane.ts";
import type { Conversation, Input } from "./conversation.ts";
import { createConversation } from "./conversation.ts";
import { createIds } from "./ids.ts";
import type { Profile } from "./profile.ts";
import type { Speech } from "./speech.ts";

/** Enough to compile what the hearing of a frame and the sending of a delta run through. */
const TURNS = 12;
const FRAME_MS = 20;
const FRAME_US = FRAME_MS * 1_000;
const FORMAT = "pcm24k";
const FRAME_BYTES = FRAME_MS * formats[FORMAT].bytesPerMs;
/** For the silence that ends a turn and for the answer, in silent frames. */
const WAIT_FRAMES = 400;

/** Answers heard, for whoever wants to know that it did something. Its conversations leave no trace. */
export function warmUp({ profile, speech }: { readonly profile: Profile; readonly speech: Speech }): number {
  const id = speech.script.otherwise[0];
  if (id === undefined) return 0;
  const voice = Buffer.concat(speech.say(id, FORMAT).deltas.map(({ base64 }) => Buffer.from(base64, "base64")));
  const frames = Array.from({ length: Math.floor(voice.length / FRAME_BYTES) }, (_, at) =>
    maskedAppend(voice.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES)),
  );
  const silence = maskedAppend(Buffer.alloc(FRAME_BYTES));
  let answers = 0;
  for (let call = 0; call < TURNS; call++) {
    const conversation = begin(call, profile, speech);
    let atUs = 0;
    const take = (input: Input): void => void (answers += carryOut(conversation, input, atUs));
    const lane = createAppendLane({
      type: "input_audio_buffer.append",
      hear: (bytes, isSilent) => take({ type: "audio", bytes, isSilent }),
      passOn: () => undefined,
    });
    take({ type: "open" });
    take({ type: "event", event: JSON.parse(update) });
    for (const frame of [...frames, ...Array.from({ length: WAIT_FRAMES }, () => silence)]) {
      atUs += FRAME_US;
      while (conversation.nextUs !== undefined && conversation.nextUs <= atUs) take({ type: "wake" });
      lane.take(frame);
    }
    take({ type: "closed" });
  }
  return answers;
}

const update = JSON.stringify({
  type: "session.update",
  session: { type: "realtime", audio: { input: { turn_detection: { type: "server_vad", silence_duration_ms: 200 } } } },
});

const begin = (call: number, profile: Profile, speech: Speech): Conversation =>
  createConversation({
    model: "gpt-realtime-2",
    profile,
    speech,
    key: { seed: 0, session: 0, call },
    ids: createIds(0, stream(0, "warm-up", call)),
    openedAtUs: 0,
    openedAtS: 0,
  });

function carryOut(conversation: Conversation, input: Input, atUs: number): number {
  let answers = 0;
  for (const command of conversation.step(input, atUs)) {
    if (command.type !== "send") continue;
    const message = JSON.stringify(command.event);
    if (message.includes('"response.done"')) answers++;
  }
  return answers;
}

/** As a client sends it (RFC 6455, 5.2): the head of a masked text frame with two bytes of length, a mask of zero, the text. */
function maskedAppend(audio: Buffer): Buffer {
  const text = Buffer.from(`{"type":"input_audio_buffer.append","audio":"${audio.toString("base64")}"}`);
  const head = Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, text]);
}
