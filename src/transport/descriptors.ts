// A name look-up that finds no descriptor to read the hosts file or ask a name server with says that there is no such name.

/** Whether this process can open one more file. Linux tells a process's memory in a file, which is the cheapest one to try. */
function hasDescriptorLeft(): boolean {
  try {
    process.memoryUsage.rss();
    return true;
  } catch {
    return false;
  }
}

type CodedError = Error & { readonly code?: string; readonly syscall?: string };

/** The error, or what it comes from where a look-up failed for want of descriptors. */
export function causeOfLookup(error: CodedError, hasLeft: () => boolean = hasDescriptorLeft): CodedError {
  if (error.syscall !== "getaddrinfo" || hasLeft()) return error;
  return Object.assign(new Error("the name could not be looked up for want of a file descriptor", { cause: error }), { code: "EMFILE" });
}
