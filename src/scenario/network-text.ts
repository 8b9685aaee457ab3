// A network that is written as a map, in the words of the text that it stands for: `{base: lte, timeline: [{at: 20s,
// blackhole: 3s}], share: 0.3}` is `lte,blackhole@20s+3s,share:30%`. So cells, rows and reports know it by one name.

/** One thing that befalls the network at an instant; exactly one of its kinds is there. */
export interface WrittenEvent {
  readonly at: string | 0;
  readonly blackhole?: string | undefined;
  readonly reset?: true | undefined;
  readonly refuse?: string | undefined;
  readonly noDns?: string | undefined;
  readonly switchTo?: string | undefined;
  readonly gap?: string | 0 | undefined;
  readonly every?: string | undefined;
}

export interface WrittenNetwork {
  readonly base: string;
  readonly timeline?: readonly WrittenEvent[] | undefined;
  readonly share?: number | undefined;
}

/** The kinds of event, each with how it is written as a text. */
export const eventTexts = {
  blackhole: ({ blackhole }, at, every) => `blackhole@${at}${lasting(blackhole)}${every}`,
  reset: (_event, at, every) => `reset@${at}${every}`,
  refuse: ({ refuse }, at, every) => `connect:refused@${at}${lasting(refuse)}${every}`,
  noDns: ({ noDns }, at, every) => `dns:fail@${at}${lasting(noDns)}${every}`,
  switchTo: ({ switchTo, gap }, at) => `switch@${at}+${span(gap ?? 0)}/${switchTo}`,
} as const satisfies Readonly<Record<string, (event: WrittenEvent, at: string, every: string) => string>>;

export type EventKind = keyof typeof eventTexts;

export const eventKinds = Object.keys(eventTexts) as readonly EventKind[];

/** What the schema writes as 0 has no unit. */
const span = (written: string | 0): string => (written === 0 || written === "0" ? "0s" : written);

const lasting = (written: string | undefined): string => (written === undefined || written === "forever" ? "" : `+${span(written)}`);

/** The text of one event; undefined where none or several kinds are written. */
export function eventText(event: WrittenEvent): string | undefined {
  const [kind, second] = eventKinds.filter((name) => event[name] !== undefined);
  if (kind === undefined || second !== undefined) return undefined;
  return eventTexts[kind](event, span(event.at), event.every === undefined ? "" : `/${event.every}`);
}

/** The text of a network, however it was written; parseNetwork reads it. */
export function networkText(written: string | WrittenNetwork): string {
  if (typeof written === "string") return written;
  const { base, timeline = [], share } = written;
  const terms = [...timeline.flatMap((event) => eventText(event) ?? []), ...(share === undefined ? [] : [`share:${Number((share * 100).toFixed(6))}%`])];
  return [...(base === "none" && terms.length > 0 ? [] : [base]), ...terms].join(",");
}
