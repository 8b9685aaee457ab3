// Where text goes: results to stdout, everything about getting there to stderr.

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `earshot ... | head` closes our stdout early; that is no error of anybody, and changes no exit code. */
export function stopOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
