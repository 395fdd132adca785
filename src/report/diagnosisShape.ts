import { BIN_WIDTHS } from '../model/timeline';
import type { JsonText } from '../base/jsonText';
import type {
  AboutRows,
  BinCounts,
  CheckCost,
  Diagnosis,
  OtherStatus,
  OutcomeCount,
  Queue,
  Recommendation,
  RedisServer,
  RowDetails,
  Snippet,
  SourceGap,
  SourceReport,
  TaskType,
  Timeline,
  Worker,
} from '../model/diagnosis';
import { GAP_KINDS, GAP_SETTINGS, type GapKind, type GapSetting } from '../model/sources';
import { CAUSES, VERDICTS, type Evidence, type Reading, type Verification } from '../model/verdict';
import {
  amount,
  flag,
  list,
  object,
  oneOf,
  optional,
  orNull,
  record,
  ShapeError,
  size,
  text,
  time,
  whole,
  type Reader,
} from './shape';

const verdict = oneOf(...VERDICTS);
const cause = oneOf(...CAUSES);
const confidence = oneOf('proven', 'likely', 'possible');
/** A later release may know more kinds and settings: its exports open all the same. */
const gapKind: Reader<GapKind> = (value, place) => GAP_KINDS.find((kind) => kind === text(value, place)) ?? 'other';
const gapSetting: Reader<GapSetting | undefined> = (value, place) => {
  const written = optional(text)(value, place);
  return GAP_SETTINGS.find((setting) => setting === written);
};
const ANY_KEY = /^/;
const VERDICT_KEY = new RegExp(`^(${VERDICTS.join('|')})$`);
const MAX_BINS = 120;

const bins: Reader<BinCounts> = record(/^(0|[1-9]\d{0,2})$/, size);

const timeline = object<Timeline>({
  start: time,
  binSeconds: (value, place) => within(value, place, 1, BIN_WIDTHS.at(-1) ?? 1),
  bins: (value, place) => within(value, place, 1, MAX_BINS),
});

const outcome = object<OutcomeCount>({
  verdict,
  cause: optional(cause),
  confidence,
  twin: optional(oneOf(true)),
  count: size,
  lastRuns: bins,
});

const evidence = object<Evidence>({
  source: oneOf('row', 'postgres', 'results', 'broker', 'workers', 'effects', 'redis', 'sessions'),
  says: text,
  supports: optional(verdict),
  contradicts: optional(oneOf(true)),
});

const verification = object<Verification>({
  verdict,
  cause: optional(cause),
  confidence,
  evidence: list(evidence),
  readings: optional(list(object<Reading>({ verdict, cause: optional(cause), why: text, decidedBy: text }))),
});

function sample(argumentsOf: (mark: string) => JsonText | null): Reader<RowDetails> {
  return object<RowDetails>({
    id: whole,
    status: text,
    arguments: (value) => (typeof value === 'string' ? argumentsOf(value) : null),
    lastRun: time,
    startedAt: orNull(time),
    createdAt: orNull(time),
    updatedAt: orNull(time),
    taskId: orNull(text),
    statusMessage: orNull(text),
    attempts: orNull(whole),
    currentPage: orNull(whole),
    totalPages: orNull(whole),
    priority: optional(orNull(whole)),
    celeryState: optional(orNull(text)),
    verification: optional(verification),
  });
}

function taskType(argumentsOf: (mark: string) => JsonText | null): Reader<TaskType> {
  return object<TaskType>({
    taskModule: text,
    taskName: text,
    count: size,
    maxHoursStuck: amount,
    oldestLastRun: time,
    newestLastRun: time,
    byStatus: record(ANY_KEY, size),
    judged: optional(size),
    margins: optional(record(VERDICT_KEY, size)),
    verdicts: optional(record(VERDICT_KEY, size)),
    outcomes: optional(list(outcome)),
    lastRuns: optional(bins),
    samples: list(sample(argumentsOf)),
    examples: optional(list(sample(argumentsOf))),
  });
}

const redis = object<RedisServer>({
  address: text,
  role: oneOf('broker and results', 'broker', 'results'),
  product: optional(text),
  version: orNull(text),
  startedAt: orNull(time),
  usedMemoryBytes: orNull(amount),
  maxMemoryBytes: orNull(amount),
  evictionPolicy: orNull(text),
  evictedKeys: orNull(size),
  flushes: orNull(size),
  appendOnly: orNull(flag),
  lastSaveAt: orNull(time),
  replica: orNull(flag),
});

const queue = object<Queue>({
  name: text,
  length: size,
  priorities: list(object<Queue['priorities'][number]>({ priority: whole, length: size })),
  unacked: size,
  consumed: orNull(flag),
});

const worker = object<Worker>({
  name: text,
  seen: oneOf('answered', 'heartbeat'),
  queues: orNull(list(text)),
  active: orNull(size),
  reserved: orNull(size),
  scheduled: orNull(size),
  concurrency: orNull(size),
  uptimeSeconds: orNull(amount),
});

const recommendation = object<Recommendation>({
  id: text,
  title: text,
  why: text,
  evidence: list(text),
  actions: list(text),
  rows: optional(size),
  margin: optional(size),
  about: optional(
    object<AboutRows>({
      verdicts: optional(list(verdict)),
      causes: optional(list(orNull(cause))),
      proven: optional(flag),
      twin: optional(flag),
    }),
  ),
  snippets: optional(list(object<Snippet>({ language: oneOf('shell', 'sql', 'python', 'json'), title: text, text }))),
  links: optional(list(object<{ title: string; url: string }>({ title: text, url: webAddress }))),
});

const serverCost = { connections: size, receivedBytes: orNull(size), waitedMs: amount };

const cost = object<CheckCost>({
  steps: list(object<CheckCost['steps'][number]>({ name: text, ms: amount })),
  postgres: object<CheckCost['postgres']>({ ...serverCost, queries: size, rows: size, longestQueryMs: amount }),
  redis: optional(object<NonNullable<CheckCost['redis']>>({ ...serverCost, commands: size, longestWaitMs: amount })),
});

/**
 * Reads what an exported Diagnosis may be, as far as any view relies on it.
 * @param argumentsOf gives the arguments of a sample back for the mark that stands in their place
 */
export function diagnosisShape(argumentsOf: (mark: string) => JsonText | null): Reader<Diagnosis> {
  const read = object<Diagnosis>({
    schemaVersion: oneOf(1),
    generatedAt: time,
    elapsedMs: optional(amount),
    cost: optional(cost),
    parameters: object<Diagnosis['parameters']>({
      hours: amount,
      olderThan: time,
      statuses: list(text),
      limit: size,
      checkExecution: flag,
    }),
    timeline: optional(timeline),
    taskTypes: list(taskType(argumentsOf)),
    otherStatuses: list(otherStatus),
    sources: list(
      object<SourceReport>({
        name: text,
        state: oneOf('ok', 'partial', 'unavailable', 'not-configured'),
        detail: text,
        gaps: optional(list(object<SourceGap>({ kind: gapKind, setting: gapSetting, says: text }))),
      }),
    ),
    infrastructure: object<Diagnosis['infrastructure']>({
      postgres: object<Diagnosis['infrastructure']['postgres']>({
        serverVersion: text,
        address: text,
        table: text,
        estimatedRows: orNull(amount),
        tableBytes: amount,
        replica: flag,
      }),
      redis: optional(redis),
      resultsRedis: optional(redis),
      queues: optional(list(queue)),
      workers: optional(list(worker)),
    }),
    recommendations: list(recommendation),
  });
  return (value, place) => {
    const diagnosis = read(value, place);
    requireBins(diagnosis);
    diagnosis.taskTypes.forEach(requireSums);
    return diagnosis;
  };
}

/** Types of other statuses are for browsing in the editor, and are not exported. */
function otherStatus(value: unknown, place: string): OtherStatus {
  const read = object<Omit<OtherStatus, 'taskTypes'>>({ status: text, count: size, maxHoursStuck: amount });
  return { ...read(value, place), taskTypes: [] };
}

/** A picture has a place for every bin. */
function requireBins({ taskTypes, timeline: axis }: Diagnosis): void {
  taskTypes.forEach((type, index) => {
    for (const counts of [type.lastRuns, ...(type.outcomes ?? []).map((each) => each.lastRuns)]) {
      if (counts !== undefined && Object.keys(counts).some((bin) => Number(bin) >= (axis?.bins ?? 0)))
        throw new ShapeError(`taskTypes[${String(index)}]`, 'has a bin outside its timeline');
    }
  });
}

/** Every number that views show of a type is counted from these: they must be the same rows. */
function requireSums({ count, verdicts, outcomes, lastRuns }: TaskType, index: number): void {
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const parts = [
    ['verdicts', verdicts && sum(verdicts), count],
    ['lastRuns', lastRuns && sum(lastRuns), count],
    ['outcomes', outcomes?.reduce((all, each) => all + each.count, 0), count],
    ...(outcomes ?? []).map((each) => ['outcomes.lastRuns', sum(each.lastRuns), each.count] as const),
  ] as const;
  for (const [name, found, wanted] of parts)
    if (found !== undefined && found !== wanted)
      throw new ShapeError(`taskTypes[${String(index)}].${name}`, 'does not add up to its count');
}

function within(value: unknown, place: string, least: number, most: number): number {
  const found = whole(value, place);
  if (found < least || found > most) throw new ShapeError(place, 'is out of range');
  return found;
}

/** A link is followed with a click: nothing but a page of the web. */
function webAddress(value: unknown, place: string): string {
  const address = text(value, place);
  if (!/^https:\/\/[^\s]+$/.test(address)) throw new ShapeError(place, 'is no https address');
  return address;
}
