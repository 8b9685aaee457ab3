// A name server that does not answer: the dial fails before there is an address, with the code that Node gives such a lookup.

import { barred } from "./barred.ts";

export const dns = barred({ key: "dns", word: "dns", meaning: "the name server does not answer", stops: { fail: "dns" } });
