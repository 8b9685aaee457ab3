// Values with the words of a call's feeder row in them.

import { feedReference, type FeedRow } from "../scenario/feed-reference.ts";

/** The value with every reference in its texts filled in, maps and lists included; what the row does not have stays as it is. */
export function filled<T>(value: T, row: FeedRow | undefined): T {
  if (row === undefined) return value;
  if (typeof value === "string") return value.replaceAll(feedReference, (whole, column: string) => row[column.trim()] ?? whole) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, row)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item as unknown, row)])) as T;
}
