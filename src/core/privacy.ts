/** What a run keeps of what was said. full: all of it. hash: a fingerprint of each text, so that equal texts can be told. none: nothing. */
export const privacies = ["full", "hash", "none"] as const;
export type Privacy = (typeof privacies)[number];
