// A server whose queue of new connections is full: the TCP connect takes so much longer than the way there and back.

import { slow } from "./slow.ts";

export const slowConnect = slow({
  key: "slowConnect",
  word: "slow-connect",
  sample: "2s",
  meaning: "the TCP connect takes so much longer",
  slowed: (connectDelayUs) => ({ connectDelayUs }),
});
