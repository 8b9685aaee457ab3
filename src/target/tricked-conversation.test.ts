import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { orThrow } from "../core/issues.ts";
import { stream } from "../core/random.ts";
import { openSession, plainSpeech, toneBetween } from "../testing/conversation-session.ts";
import { judgeMessage } from "../testing/event-judge.ts";
import type { VirtualClock } from "../testing/virtual-clock.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createAudioDecoder } from "./append.ts";
import { serveConnection } from "./connection.ts";
import type { Conversation } from "./conversation.ts";
import { createConversation } from "./conversation.ts";
import type { Command } from "./conversation-state.ts";
import type { TrickRow, TruthRow } from "./ground-truth.ts";
import { createIds } from "./ids.ts";
import { readProfile } from "./profile.ts";
import type { Rule } from "./script.ts";
import { checkScript, listensToWords, readScript } from "./script.ts";
import { trickPlanner } from "./trick-plan.ts";
import type { Trick, TrickDeed } from "./trick.ts";
import { trickIssues } from "./trick.ts";
import type { WireCommand } from "./tricked-conversation.ts";
import { trickConversation } from "./tricked-conversation.ts";

const profile = orThrow(readProfile("exact"));

/** Writes down what is done to it, with the millisecond. */
class LoggingSocket extends EventEmitter {
  readonly log: string[] = [];
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly clock: VirtualClock;
  constructor(clock: VirtualClock) {
    super();
    this.clock = clock;
  }
  note(what: string): void {
    this.log.push(`${Math.round(this.clock.nowUs() / 1_000)} ${what}`);
  }
  send(message: string): void {
    judgeMessage(message, { malformedBy: "the deed malform sends half of an event" });
    const type = /^\{"type":"([^"]+)"/.exec(message)?.[1] ?? "?";
    this.note(message.endsWith("}") ? type : `half of ${type}`);
  }
  ping(): void {}
  pause(): void {
    this.note("pause");
  }
  resume(): void {
    this.note("resume");
  }
  terminate(): void {
    this.note("drop");
    this.readyState = 2;
  }
  close(code: number): void {
    this.note(`close ${code}`);
    this.readyState = 2;
  }
}

interface Played {
  readonly socket: LoggingSocket;
  readonly tricks: TrickRow[];
  readonly truth: TruthRow[];
}

/** Sessions of one target under these tricks, opened at once, each asking for a response at 0 ms and 1,000 ms. */
function play(armed: readonly ((turn: number) => readonly Trick[])[]): Played[] {
  const clock = createVirtualClock();
  const freezer = { untilUs: 0 };
  const played = armed.map((strikes): Played => {
    const socket = new LoggingSocket(clock);
    const tricks: TrickRow[] = [];
    const truth: TruthRow[] = [];
    const ids = createIds(0, stream(1, "ids"));
    const key = { seed: 1, session: 0, call: 0 };
    const conversation = createConversation({ model: "m", profile, speech: plainSpeech(profile), key, ids, openedAtUs: 0, openedAtS: 0 });
    const stats = { connections: 0, openConnections: 0, appends: 0, eventsSent: 0, turns: 0, stalls: 0, unnamedCalls: 0 };
    serveConnection(socket as unknown as WebSocket, new PassThrough(), trickConversation(conversation, { armed: strikes, freezer }), {
      clock,
      stats,
      decoder: createAudioDecoder(),
      recognise: () => Promise.resolve(undefined),
      writeTruth: (row) => void truth.push({ ...row }),
      writeNote: (row) => void (row.type === "trick" && tricks.push(row)),
    });
    return { socket, tricks, truth };
  });
  for (const atMs of [0, 1_000]) {
    clock.advanceTo(atMs * 1_000);
    for (const { socket } of played) socket.emit("message", Buffer.from('{"type":"response.create"}'), false);
  }
  clock.advanceTo(4_000_000);
  return played;
}

const once = (trick: Omit<Trick, "name">): Played => play([(turn) => (turn === 0 ? [{ name: "t", ...trick }] : [])])[0] as Played;
const plain = play([() => []])[0] as Played;
const around = (log: readonly string[], word: RegExp): readonly string[] => log.filter((line) => word.test(line));

test("without a trick a tricked conversation is the conversation", () => {
  assert.deepEqual(around(plain.socket.log, /created|audio\.delta|response\.done|rate/), [
    "0 session.created",
    "0 response.created",
    ...[300, 325, 350, 375].map((ms) => `${ms} response.output_audio.delta`),
    "381 response.done",
    "424 rate_limits.updated",
    "1000 response.created",
    ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} response.output_audio.delta`),
    "1381 response.done",
    "1424 rate_limits.updated",
  ]);
  assert.deepEqual([plain.tricks, plain.truth.map(({ outcome }) => outcome)], [[], ["answered", "answered"]]);
});

const delta = "response.output_audio.delta";
for (const [what, deed, log] of [
  ["drop before", { type: "drop", when: "before" }, ["300 delta", "325 drop"]],
  ["drop after", { type: "drop", when: "after" }, ["300 delta", "325 delta", "325 drop"]],
  ["close with its code", { type: "close", when: "after", code: 1_012, reason: "restart" }, ["300 delta", "325 delta", "325 close 1012"]],
  [
    "freeze",
    { type: "freeze", when: "before", ms: 200 },
    ["300 delta", "325 pause", "525 delta", "525 resume", "525 delta", "525 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)],
  ],
  ["late", { type: "late", ms: 200 }, ["300 delta", "525 delta", "525 delta", "525 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)]],
  ["skip", { type: "skip" }, ["300 delta", "350 delta", "375 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)]],
  ["never", { type: "never" }, ["300 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)]],
  ["malform", { type: "malform" }, ["300 delta", "325 half of delta", "350 delta", "375 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)]],
  [
    "duplicate",
    { type: "duplicate" },
    ["300 delta", "325 delta", "325 delta", "350 delta", "375 delta", ...[1_300, 1_325, 1_350, 1_375].map((ms) => `${ms} delta`)],
  ],
] as const satisfies readonly (readonly [string, TrickDeed, readonly string[]])[]) {
  test(`${what}: the second delta of the first turn is struck, and it is logged`, () => {
    const { socket, tricks } = once({ at: delta, nth: 2, do: deed });
    assert.deepEqual(
      around(socket.log, /audio\.delta|drop|close|pause|resume/).map((line) => line.replace(delta, "delta")),
      log,
    );
    const [row] = tricks;
    assert.deepEqual([tricks.length, row?.turn, row?.name, row?.deed, row?.at, row?.atUs], [1, 0, "t", deed.type, delta, 325_000]);
  });
}

test("reorder: the event comes right behind the one that should follow it", () => {
  const { socket } = once({ at: "response.output_audio.done", do: { type: "reorder" } });
  assert.deepEqual(around(socket.log, /_(audio|audio_transcript)\.done/).slice(0, 2), [
    "381 response.output_audio_transcript.done",
    "381 response.output_audio.done",
  ]);
});

test("slow reading: the socket rests and reads in turn, and reads on at the end", () => {
  const { socket } = once({ at: "response.created", do: { type: "readSlowly", pauseMs: 100, readMs: 50, forMs: 300 } });
  assert.deepEqual(around(socket.log, /pause|resume/), ["0 pause", "100 resume", "150 pause", "250 resume"]);
});

test("a frozen target freezes its other sessions, which miss nothing and go on together", () => {
  const freeze: Trick = { name: "t", at: "response.created", do: { type: "freezeTarget", when: "after", ms: 1_500 } };
  const [, other] = play([(turn) => (turn === 0 ? [freeze] : []), () => []]);
  assert.deepEqual(around(other?.socket.log ?? [], /response\.created|pause|resume/), ["0 pause", "1500 resume", "1500 response.created"]);
  assert.equal(around(other?.socket.log ?? [], /audio\.delta/).length, 4);
  assert.equal(around(other?.socket.log ?? [], /error/).length, 1);
  assert.deepEqual(other?.tricks, []);
});

test("the truth tells an answer that a trick kept back as unanswered or cut, and a late one with the instant it left", () => {
  const outcomes = (trick: Omit<Trick, "name">): unknown => {
    const { truth, socket } = once(trick);
    if (socket.readyState !== socket.OPEN) socket.emit("close");
    return [truth[0]?.outcome, truth[0]?.firstDeltaSentUs];
  };
  assert.deepEqual(outcomes({ at: "response.created", do: { type: "never" } }), ["unanswered", undefined]);
  assert.deepEqual(outcomes({ at: delta, do: { type: "drop", when: "before" } }), ["cut", undefined]);
  assert.deepEqual(outcomes({ at: delta, do: { type: "drop", when: "after" } }), ["answered", 300_000]);
  assert.deepEqual(outcomes({ at: delta, do: { type: "late", ms: 200 } }), ["answered", 500_000]);
});

test("shares are drawn by the call's name: the same turns each time, and as many as the share says", () => {
  const script = orThrow(readScript("rough"));
  const planner = trickPlanner(script);
  const strikes = (session: number): readonly string[] =>
    Array.from({ length: 200 }, (_, turn) => planner?.({ seed: 1, session, call: 0 }, turn).map(({ name }) => `${turn} ${name}`) ?? []).flat();
  assert.deepEqual(strikes(3), strikes(3));
  assert.notDeepEqual(strikes(3), strikes(4));
  const all = Array.from({ length: 20 }, (_, session) => strikes(session)).flat();
  const share = all.filter((line) => line.endsWith("slow-start")).length / 4_000;
  assert.ok(Math.abs(share - 0.1) < 0.02, String(share));
  assert.equal(trickPlanner(orThrow(readScript("crm"))), undefined);
});

const second: Trick = { name: "second", at: delta, nth: 2, do: { type: "skip" } };
const limitsLate: Trick = { name: "limits", at: "rate_limits.updated", do: { type: "late", ms: 50 } };

/** What the rule's trick does to each of a call's answers: the row's turn and event. */
function struckBy(when: Rule["when"], trick: Trick = second, ask = "Where is my order?"): readonly (readonly [number, string])[] {
  const rule: Rule = when.tool === undefined ? { when, say: "a", trick: trick.name } : { when, say: "b", trick: trick.name };
  const calling: readonly Rule[] = when.tool === undefined ? [] : [{ when: { textContains: "order" }, call: [{ name: when.tool, arguments: {} }] }];
  const script = orThrow(checkScript({ version: 1, name: "s", about: "", rules: [rule, ...calling], otherwise: ["a"], tricks: [trick] }, "s.json"));
  const planner = trickPlanner(script);
  const rows: TrickRow[] = [];
  const session = openSession({
    profile,
    speech: plainSpeech(profile, script),
    scriptListens: listensToWords(script),
    recognise: () => ({ clip: "known", text: ask, words: [], ahead: [] }),
    create: (options) => {
      const tricked = trickConversation(createConversation(options), { armed: (turn) => planner?.(options.key, turn) ?? [], freezer: { untilUs: 0 } });
      const keep = (commands: readonly WireCommand[]): readonly Command[] => {
        rows.push(...commands.flatMap((command) => (command.type === "trick" ? [command.row] : [])));
        return commands.filter((command) => command.type !== "trick") as readonly Command[];
      };
      const step: Conversation["step"] = (input, atUs) => keep(tricked.step(input, atUs));
      return {
        sessionId: "s",
        step,
        get nextUs() {
          return tricked.nextUs;
        },
      };
    },
  });
  const tools = when.tool === undefined ? [] : [{ type: "function", name: when.tool }];
  session.send(0, { type: "session.update", session: { type: "realtime", tools } });
  let ms = session.speak(0, toneBetween(1_000, 200, 500));
  session.until((ms += 2_000));
  for (const { call_id } of session.only("response.function_call_arguments.done"))
    session.send(ms, { type: "conversation.item.create", item: { type: "function_call_output", call_id, output: "{}" } });
  session.send(ms, { type: "response.create" });
  session.until(ms + 3_000);
  assert.deepEqual(session.only("error"), []);
  return rows.map(({ turn, at }) => [turn, at] as const);
}

test("a rule's trick strikes where the rule answers, whatever it fits by", () => {
  assert.deepEqual(struckBy({ turn: 0 }), [[0, delta]]);
  assert.deepEqual(struckBy({ turn: 1 }), [[1, delta]]);
  assert.deepEqual(struckBy({ textContains: "order", turn: 0 }), [[0, delta]]);
  assert.deepEqual(struckBy({ clip: "known", turn: 0 }), [[0, delta]]);
  assert.deepEqual(struckBy({ tool: "look" }), [[1, delta]]);
  assert.deepEqual(struckBy({ textContains: "order", turn: 0 }, second, "Hello"), []);
  assert.deepEqual(struckBy({ clip: "other" }), []);
  assert.deepEqual(struckBy({ turn: 0 }, { name: "first", at: "response.created", do: { type: "late", ms: 10 } }), [[0, "response.created"]]);
  assert.deepEqual(struckBy({ turn: 0 }, { name: "ear", at: "input_audio_buffer.committed", do: { type: "late", ms: 10 } }), [
    [0, "input_audio_buffer.committed"],
  ]);
  assert.deepEqual(struckBy({ turn: 0 }, limitsLate), [[0, "rate_limits.updated"]]);
});

test("an answer that never comes has no rate limits behind it, and the next one has", () => {
  const { socket } = once({ at: "response.output_item.added", do: { type: "never" } });
  assert.deepEqual(
    around(socket.log, /done|rate/).filter((line) => /response\.done|rate/.test(line)),
    ["1381 response.done", "1424 rate_limits.updated"],
  );
});

test("a trick that would strike before its rule can be known is refused", () => {
  const tricks = [{ name: "a", at: "input_audio_buffer.committed", do: { type: "skip" } }];
  const paths = (when: object): readonly (string | undefined)[] => trickIssues({ tricks, rules: [{ when, trick: "a" }] }, "x.json").map(({ path }) => path);
  assert.deepEqual([paths({ turn: 1 }), paths({ turn: 1, clip: "c" }), paths({ tool: "t" })], [[], ["rules[0].trick"], ["rules[0].trick"]]);
});

test("everything that is wrong with a script's tricks is said at once", () => {
  const tricks = [
    { name: "a", at: "response.done", do: { type: "drop", when: "during" } },
    { name: "a", at: "response.ready", nth: 0, share: 2, do: { type: "close", when: "after", code: 1_006, reason: "" } },
    { at: "response.done", why: 1, do: { type: "explode" } },
    { name: "b", at: "response.done", do: { type: "late", ms: 10, more: 1 } },
  ];
  assert.deepEqual(
    trickIssues({ tricks, rules: [{ trick: "c" }] }, "x.json").map(({ path }) => path),
    [
      "tricks[0].do.when",
      "tricks[1].at",
      "tricks[1].nth",
      "tricks[1].share",
      "tricks[1].do.code",
      "tricks[2].why",
      "tricks[2].name",
      "tricks[2].do.type",
      "tricks[3].do.more",
      "tricks[1].name",
      "rules[0].trick",
    ],
  );
});
