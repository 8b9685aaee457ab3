// What `earshot target` prints once it listens: where it is, and a line for each way people reach it.

export interface TargetPlace {
  /** `ws://host:port/v1/realtime`, or `wss:`. */
  readonly url: string;
  /** The file that a client must trust; undefined without TLS. */
  readonly caPath: string | undefined;
  /** The environment variable with the key it wants; undefined where any key opens. */
  readonly keyVariable: string | undefined;
  readonly about: string;
}

const MODEL = "gpt-realtime-2";

export function targetHints({ url, caPath, keyVariable, about }: TargetPlace): string[] {
  const { hostname, port, host } = new URL(url);
  const isSecure = url.startsWith("wss:");
  const base = `${isSecure ? "https" : "http"}://${host}/v1`;
  const key = keyVariable === undefined ? '"any"' : `process.env.${keyVariable}`;
  // The openai package speaks wss only; without TLS its socket is opened for it.
  const openai = isSecure
    ? `new OpenAIRealtimeWS({ model: "${MODEL}" }, new OpenAI({ apiKey: ${key}, baseURL: "${base}" }))`
    : `new OpenAIRealtimeWS({ model: "${MODEL}", options: { createConnection: () => net.connect(${port}, "${hostname}") } }, new OpenAI({ apiKey: ${key}, baseURL: "${base}" }))`;
  const trust = isSecure && caPath !== undefined ? ` --cacert ${caPath}` : "";
  const bearer = keyVariable === undefined ? "" : ` -H "Authorization: Bearer $${keyVariable}"`;
  return [
    `listening on ${url}?model=${MODEL}    ${about}, ${keyVariable === undefined ? "any key" : `the key in ${keyVariable}`}`,
    ...(isSecure && caPath !== undefined ? [`certificate: ${caPath}    start clients with NODE_EXTRA_CA_CERTS=${caPath}`] : []),
    "",
    `openai   ${openai}`,
    `agents   await new RealtimeSession(agent, { transport: "websocket", model: "${MODEL}" }).connect({ apiKey: ${key}, url: "${url}?model=${MODEL}" })`,
    `curl     curl${trust}${bearer} -X POST ${base}/realtime/client_secrets`,
    "",
    "Ctrl-C ends it.",
  ];
}
