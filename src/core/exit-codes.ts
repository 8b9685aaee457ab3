// What the process tells the shell and CI. When several apply the most severe wins, in the order of `severity`.

export const exitCodes = {
  fine: 0,
  internal: 1,
  usage: 2,
  threshold: 3,
  regression: 4,
  inconclusive: 5,
  invalid: 6,
  incomplete: 7,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Most severe first: a signal beats a wrong scenario, which beats a crash, and so on. */
const severity: readonly ExitCode[] = [130, 143, 2, 1, 7, 6, 4, 3, 5, 0];

export function mostSevere(codes: readonly ExitCode[]): ExitCode {
  return severity.find((code) => codes.includes(code)) ?? exitCodes.fine;
}
