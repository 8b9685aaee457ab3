// How a network may be written: a text, or a map of what it is at all times, what befalls it when, and who has it.

import { z } from "zod";
import { parseNetwork } from "../faults/profile.ts";
import * as fields from "./fields.ts";
import { eventKinds, eventText, networkText } from "./network-text.ts";

/** One caller of a thousand. */
const SHARE_MIN = 0.001;

const spanSays = "must be a time with its unit, such as 500ms or 3s, or a range to draw from, such as 5s..25s";
const time = z.string(spanSays).regex(/^\d{1,9}(?:\.\d{1,6})?m?s(?:\.\.\d{1,9}(?:\.\d{1,6})?m?s)?$/, spanSays);
const fixed = z.string("must be a time with its unit, such as 28s").regex(/^\d{1,9}(?:\.\d{1,6})?m?s$/, "must be a time with its unit, such as 28s");
const instant = z.union([z.literal(0), time], spanSays);
const lasting = z.union([z.literal("forever"), time], `${spanSays}, or forever`);

const event = fields
  .section({
    at: instant.describe("When it begins, counted from the call's first dial, such as 20s; a range such as 5s..25s is drawn for each call"),
    blackhole: lasting.optional().describe("For how long nothing passes, such as 3s, or forever; no side is told"),
    reset: z.literal(true, "must be true").optional().describe("true: connections that stand are cut by a reset"),
    refuse: lasting.optional().describe("For how long new connections are refused, such as 3s, or forever"),
    noDns: lasting.optional().describe("For how long the name server does not answer, such as 3s, or forever"),
    switchTo: fields
      .text("must be the name of a network: earshot networks")
      .optional()
      .describe("Network, by its name, over which connections go that are made from then on; older ones are dead without a word"),
    gap: instant.optional().describe("Of switchTo: how long after it no connection can be made, such as 1s..5s"),
    every: fixed.optional().describe("After how long it happens again, such as 28s, and so on to the call's end"),
  })
  .superRefine((written, context) => {
    const kinds = eventKinds.filter((name) => written[name] !== undefined);
    const say = (message: string, path: string[] = []): void => context.addIssue({ code: "custom", path, message });
    if (kinds.length !== 1)
      return say(`needs one of ${eventKinds.join(", ")} beside at${kinds.length > 1 ? `, not ${kinds.join(" and ")} at once: write an event for each` : ""}`);
    if (written.gap !== undefined && written.switchTo === undefined) return say("goes with switchTo", ["gap"]);
    if (written.every !== undefined && written.switchTo !== undefined) return say("does not go with switchTo: the old network does not come back", ["every"]);
    const parsed = parseNetwork(eventText(written) ?? "");
    if (!parsed.ok) for (const { message } of parsed.issues) say(message);
  });

const map = fields
  .section({
    base: fields.network.default("none").describe("What the network is at all times: none, a name such as lte (earshot networks), or impairments"),
    timeline: z
      .array(event, "must be a list of events, such as - {at: 20s, blackhole: 3s}")
      .optional()
      .describe("What befalls it when, in the time of each call"),
    share: fields
      .number({ min: SHARE_MIN, max: 1 })
      .optional()
      .describe("Share of the callers who have this network, the same ones every time; the others have none"),
  })
  .superRefine((written, context) => {
    const events = (written.timeline ?? []).map(eventText);
    // What is wrong with a part alone is told at the part.
    if (written.share !== undefined && (written.share < SHARE_MIN || written.share > 1)) return;
    if (!parseNetwork(written.base).ok || events.some((text) => text === undefined || !parseNetwork(text).ok)) return;
    const parsed = parseNetwork(networkText(written));
    if (!parsed.ok) for (const { message } of parsed.issues) context.addIssue({ code: "custom", message });
  });

export const network = z
  .union([fields.network, map], "must be none, a name such as lte, impairments such as delay:80ms,jitter:20ms, or a map of base, timeline, share")
  .describe("The network between caller and server, as text or with what befalls it when and who has it; delays are one way");
