// A server that can't be reached: refused, where nothing listens or a proxy says no, or without any answer, as behind a firewall.

import { barred } from "./barred.ts";

export const connect = barred({
  key: "connect",
  word: "connect",
  meaning: "dials are refused, or with connect:timeout never answered",
  stops: { refused: "refused", timeout: "timeout" },
});
