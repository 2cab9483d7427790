/**
 * The limits, in one place: pure numbers that the engine, the server, the contract and the pages share. Sizes are bytes
 * or characters, times are milliseconds. docs/limits.md says what happens at each; a test holds the page to this file.
 */
const kilobyte = 1_024;
const megabyte = 1_024 * kilobyte;
const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

export const limits = {
  /** Characters of a definition as text, and of all the text in it: more is a program, not a saga. */
  definition: megabyte,
  /** JSON values in a definition. */
  values: 100_000,
  /** Steps of a definition: what a person can still read on a canvas. */
  steps: 500,
  /** Edges of a definition. */
  edges: 5_000,
  /** Steps that one step, or the start, may let loose side by side: each is a call under way. */
  branches: 100,
  /** Levels of nesting in any JSON: deeper, recursion in JavaScript or PostgreSQL gives out somewhere. */
  depth: 64,
  /** Characters of the name of a saga, step, service or command. */
  name: 80,
  /** Kinds of events that one reaction may wait for, or that may end a run. */
  eventTypes: 50,
  /** Attempts of one half of a step. */
  attempts: 100,
  /** What one attempt may take when neither step nor service says: a slow service must fit, a dead one be noticed. */
  attemptTimeout: 5 * minute,
  /** A duration in a definition: a year-long wait fits, a typo of a century does not. */
  longestWait: 400 * day,

  /** Bytes of a request's body, unless a route takes more: what a start, a reply or an operation may carry. */
  body: 256 * kilobyte,
  /** Bytes of any body that becomes part of a run, a service's answer too: beyond it logs and jsonb suffer. */
  largestBody: megabyte,
  /** Bytes of a draft being saved: the document and its text, which say the same, and the quotes around them. */
  draftBody: 2 * megabyte + 256 * kilobyte,
  /** Runs started by one request. */
  startsAtOnce: 1_000,
  /** Replies of one request: each is a row of the same commit. */
  repliesAtOnce: 1_000,
  /** How far the time of a signed request may be off: clocks differ, and what was overheard must not be good for long. */
  signatureTolerance: 5 * minute,
  /** Characters of a business key or an idempotency key. */
  key: 255,
  /** Characters of a reason, of evidence or of a version's note. */
  reason: 2_000,
  /** Rows of one page of a list. */
  page: 200,
  /** Decisions of one page of a run's log. */
  logPage: 5_000,

  /** Decisions in one run's log from which on the server's own log warns of it. */
  warnDecisions: 5_000,
  /** Decisions in one run's log; a run that would pass this is held, never lost. */
  decisions: 25_000,
  /** Items of one forEach: each has a status and an undo of its own. */
  items: 1_000,
  /** Signals that a run keeps while no step takes them. */
  signalsKept: 1_000,
  /** Events that one run of a choreography hears; whatever comes after is refused. */
  eventsHeard: 2_000,
  /** Replies that changed nothing of which one run's log says so: whoever repeats one for ever fills no log. */
  repliesIgnored: 100,
  /** Events of one request: each is found its run, and all are one commit. */
  eventsAtOnce: 1_000,
  /** How long an event waits for the start of the run that it belongs to. */
  earlyEventsKept: day,
  /** Events that wait for the start of one run. */
  earlyEvents: 1_000,
  /** How deep runs may start runs: what starts itself ends here. */
  childDepth: 10,

  /** A worker that was silent for so long is taken for dead. */
  lease: 20 * second,
  heartbeat: 5 * second,
  /** Calls go out only this soon after a heartbeat was sent that succeeded: well before others may try to take over. */
  freshLease: 15 * second,
  /** How often a worker looks for others whose lease ran out. */
  takeOver: 5 * second,
  /** How long calls under way may take when a worker is told to stop: a half of the 30 s that most platforms grant for all. */
  drain: 15 * second,
  /** Runs that one worker keeps in memory. */
  runsInMemory: 20_000,
  /** Starts of one process that wait for their commit. */
  startsWaiting: 10_000,

  /** Subscriptions: each one that wants an event is a row of the decision's own commit. */
  subscriptions: 50,
  /** Bytes of an event that goes out: brokers take little more, and most receivers less. Of a larger one the data is cut. */
  eventOut: 256 * kilobyte,
  /** Deliveries under way at once in one worker. */
  deliveriesAtOnce: 32,
  /** Of one subscription, so that one that hangs leaves room for the others. */
  deliveriesOfOne: 8,
  /** What a receiver may take to answer. */
  deliveryTimeout: 15 * second,
  /** A subscription that took nothing for so long gets nothing any more. */
  deliveryPatience: 5 * day,
  /** How long deliveries are kept, whatever became of them. */
  deliveriesKept: 7 * day,

  /** How long a message that could not be taken waits for a person. */
  deadLettersKept: 90 * day,
  /** How long it is kept once it was taken after all. */
  replayedLettersKept: 30 * day,

  /** How long an idempotency key is remembered at least: retries by hand, weeks later, start nothing twice. */
  keysKept: 30 * day,
  /** Days that ended runs may be kept before they are archived. */
  retentionDays: 3_650,
  /** Runs archived in one transaction. */
  archivedAtOnce: 1_000,
  /** Decisions archived in one transaction, unless one run alone has more. */
  decisionsArchivedAtOnce: 10_000,
  /** Bytes of log, as stored, archived in one transaction, unless one run alone has more. */
  bytesArchivedAtOnce: 8 * megabyte,
} as const;
