// How hard a model may think, from the least to the most.

export const efforts = ["minimal", "low", "medium", "high", "xhigh"] as const;
export type Effort = (typeof efforts)[number];

/** The session's effort, as it may be written: `dynamic` gives each turn the effort that caller.effortPolicy has for it. */
export const effortChoices = [...efforts, "dynamic"] as const;
