// Every bound in one place, each with its reason.

export const limits = {
  /** Bytes of one WebSocket message we accept. OpenAI's largest append is 15 MiB; nothing a server says should be larger. */
  messageBytes: 16 * 1024 * 1024,
  /** Bytes of one append, as the API documents it; between this and messageBytes it is an error, above it the socket closes. */
  appendBytes: 15 * 1024 * 1024,
  /** Bytes of an HTTP body the target reads: a session with long instructions and tools fits many times. */
  httpBodyBytes: 256 * 1024,
  /** Secrets a target remembers; the oldest are forgotten, as if they had expired. */
  secrets: 10_000,
  /** Unsent audio of one session beyond this, a minute of it, means that nobody takes it any more; keeping it would only grow. */
  unsentBytes: 4 * 1024 * 1024,
  /** A handshake slower than this is a failed connect, not a slow one (ws waits for ever by default). */
  handshakeMs: 10_000,
  /** A program that prints a key may ask a vault, or a person for a finger on a sensor. */
  keyCommandMs: 30_000,
  /** Bytes of a key; Entra's tokens have about 2,000. */
  keyBytes: 64 * 1024,
  /** How long a close may take before the socket is cut (ws waits 30 s by default). */
  closeMs: 5_000,
  /** What a conversation may be made to hold before its first turn: a document's tokens, the context of the largest model, and how many there are. */
  documentTokens: 128_000,
  documents: 16,
  /** Bytes of a document's file: more than its tokens could ever be. */
  documentBytes: 4 * 1024 * 1024,
  /** From open to session.created and session.updated; beyond it the session has failed. */
  sessionReadyMs: 15_000,
  /** How soon after it was to be dialled a session is expected to be ready: half a second is a slow handshake over the open internet. */
  expectedReadyMs: 500,
  /** Frame lengths the protocol's servers are used with; longer ones add more latency than anyone would ship. */
  frameMsMin: 10,
  frameMsMax: 100,
  /** A clip longer than this is a recording, not a turn; it would be held in memory in every format asked for. */
  clipMs: 10 * 60_000,
  /** Audio files above this are refused before they are read. */
  audioFileBytes: 256 * 1024 * 1024,
  /** Sessions of one process; beyond it one machine measures itself. */
  sessions: 5_000,
  /** Threads that make calls; more than any machine has use for. */
  threads: 64,
  /** The callers' audio that a target keeps for conversation.item.retrieve: three and a half minutes of pcm a session, */
  keptAudioBytes: 10 * 1_000_000,
  /** and no more than this of all its sessions: a thousand of them with ten megabytes each would end the machine. */
  keptAudioOfAllBytes: 256 * 1_000_000,
  /** Kept audio: what one call may hold of the answers of turns that are not over yet, 83 s of pcm, and all calls of a run together; */
  keptSoundOfCallBytes: 4 * 1_000_000,
  keptSoundBytes: 256 * 1_000_000,
  /** of one turn the beginning, a file of 11.5 MB: nobody listens for longer. */
  keptTurnMs: 120_000,
  /** Responses that a target makes beside one conversation at a time; the API names no number, and each costs memory. */
  responsesBeside: 64,
  /** A session of the API ends after an hour. */
  sessionMs: 60 * 60_000,
  /** The longest run by time: callers speak in one session all along, and it takes a while until they all have one and all have ended theirs. */
  windowMs: 55 * 60_000,
  /** What a running turn may take past the end of the run: patience plus this. */
  gracefulStopMs: 5_000,
  /** Calls a second that an open load may bring; each is a handshake, and a machine makes some hundreds. */
  arrivalsPerS: 500,
  /** Calls that one plan holds: each is an object with all its turns, made before the run. */
  plannedCalls: 200_000,
  /** Parts of one plan: machines that somebody starts by hand. */
  segments: 1_000,
  /** Stages of a load, and how often a matrix may run again; more is a mistake. */
  stages: 100,
  repeats: 100,
  /** Characters of a scenario, long instructions and all; what is larger is another kind of file, and would only take long to refuse. */
  scenarioChars: 256 * 1024,
  /** Faults shown of one scenario: whoever has more has one mistake many times. */
  faultsShown: 100,
  /** Scenarios that extend one another, one upon the next; nobody finds a field in more. */
  extendsDeep: 10,
  /** Turns of one run, planned before it begins: half a kilobyte each, and days of calls. */
  plannedTurns: 1_000_000,
  /** Turns of one call, blocks unrolled: far more than an hour's session holds. */
  turns: 1_000,
  /** Rows of one feeder: they are held in memory, and far fewer than that are ever drawn. */
  feederRows: 100_000,
  feederBytes: 64 * 1024 * 1024,
  /** Kinds of event that earshot does not know, counted by name, and how long such a name may be: a server may invent one for every event. */
  unknownEventNames: 50,
  eventNameChars: 80,
  /** Characters kept of what a server says of an error: it stands in every row of its call. */
  errorChars: 500,
  /** Responses, items and function calls that one turn keeps account of; no conversation has so many, and what every event looks through must not grow. */
  responsesOfTurn: 500,
  itemsOfTurn: 500,
  functionCallsOfTurn: 250,
  /** Samples a second that somebody may mean; beyond them a server has written something else. */
  sampleRateHzMin: 4_000,
  sampleRateHzMax: 192_000,
  /** Pages that look at one run, */
  watchers: 16,
  /** and what each may leave unread before it is cut off: some seconds of snapshots of a large matrix. */
  watcherBytes: 512 * 1024,
  /** Connections of a page or of Prometheus: six a browser, and each is a socket that the callers' machine holds. */
  watchConnections: 100,
  watchHeaderBytes: 8 * 1024,
  watchRequestMs: 5_000,
  /** How long the end of a command waits for its pages to read that it has ended. */
  watchFarewellMs: 500,
  /** Cells of one matrix; more is a mistake in an axis. */
  cells: 200,
} as const;
