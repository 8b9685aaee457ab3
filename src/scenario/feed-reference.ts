// `${feed:column}` inside a text: a column of a feeder's row, filled in for each call when it is planned.

export const feedReference = /\$\{feed:([^}]*)\}/g;

/** The columns that a text names. */
export const feedColumns = (text: string): readonly string[] => [...text.matchAll(feedReference)].map(([, column = ""]) => column.trim());

export type FeedRow = Readonly<Record<string, string>>;
