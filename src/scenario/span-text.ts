// A length of time as scenarios write it.

/** `1500ms`, and `2s` where it is whole seconds. */
export const spanText = (ms: number): string => (ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`);
