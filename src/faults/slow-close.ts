// A proxy that lingers: the close frames pass, but the FIN that ends the connection is held back, each way.

import { slow } from "./slow.ts";

export const slowClose = slow({
  key: "slowClose",
  word: "slow-close",
  sample: "3s",
  meaning: "the end of the connection (FIN) comes so much later, each way",
  slowed: (finDelayUs) => ({ finDelayUs }),
});
