// How audio formats are written in session objects, and the names that earshot calls them by.

export type FormatName = "pcm24k" | "pcmu" | "pcma";

export type WireAudioFormat = { readonly type: "audio/pcm"; readonly rate: 24000 } | { readonly type: "audio/pcmu" } | { readonly type: "audio/pcma" };

export const wireFormats = {
  pcm24k: { type: "audio/pcm", rate: 24_000 },
  pcmu: { type: "audio/pcmu" },
  pcma: { type: "audio/pcma" },
} as const satisfies Readonly<Record<FormatName, WireAudioFormat>>;

const namesByType = { "audio/pcm": "pcm24k", "audio/pcmu": "pcmu", "audio/pcma": "pcma" } as const;

export const formatName = (format: WireAudioFormat): FormatName => namesByType[format.type];
