// How hard a model may think, from the least to the most.

export const efforts = ["minimal", "low", "medium", "high", "xhigh"] as const;
export type Effort = (typeof efforts)[number];
