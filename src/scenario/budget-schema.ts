// What a run may cost, as a user writes it: dollars at list price, tokens, minutes of audio, each of them or several.

import { z } from "zod";
import { section, wholeNumber } from "./fields.ts";

const usdSays = "must be a number of dollars from 0.0001 to 100000, such as 2 or 0.50, or none for no limit on money";
const minutesSays = "must be a number of minutes of audio from 0.1 to 1000000, such as 30";

export const budget = section({
  usd: z.union([z.number(usdSays).min(0.0001, usdSays).max(100_000, usdSays), z.literal("none")], usdSays).optional(),
  tokens: wholeNumber({ min: 1, max: 1e12, unit: "tokens" }).optional(),
  minutes: z.number(minutesSays).min(0.1, minutesSays).max(1e6, minutesSays).optional(),
})
  .refine((written) => Object.values(written).some((limit) => limit !== undefined), "must have at least one of usd, tokens and minutes, such as {usd: 2}")
  .optional();
