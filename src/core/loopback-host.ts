// Who may speak to a server on loopback: a web page may not, though its browser can. A page whose name was made to point at
// 127.0.0.1 (DNS rebinding) shows its own name in the Host header, so only names of this machine are taken.

/** Of a Host header, with or without a port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:]+\]|[^:]+)(:\d{1,5})?$/i.exec(host ?? "")?.[1]?.toLowerCase();
  return name === "localhost" || name === "[::1]" || (name !== undefined && /^127(\.\d{1,3}){3}$/.test(name));
}
