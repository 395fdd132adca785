/**
 * The story of one row in the order in which a person asks: what is true of it, because of what, what speaks against it, and what else was
 * looked at. One order for the page, the terminal and the tree.
 */
import { number } from '../base/numbers';
import { endOf } from '../causes/general/recordedEnds';
import { stateOf, wasRead, type SourceReport } from '../model/sources';
import {
  contradicts,
  CONTRADICTS,
  type Evidence,
  type EvidenceSource,
  type Verdict,
  type Verification,
} from '../model/verdict';
import { ELSEWHERE } from '../model/storyWords';
import type { TaskStory } from '../model/story';
import { list } from './summary';
import { VERDICT_MEANINGS } from './verdictText';

/** One thing that was seen. */
export interface Seen {
  readonly source: EvidenceSource;
  readonly says: string;
  readonly supports: Verdict | null;
  /** It says the opposite of the verdict. */
  readonly contradicts: boolean;
  /** Its effect rule was not tested on enough tasks. */
  readonly untested?: true;
}

/** Why a source told little or nothing. */
export interface Gap {
  readonly state: 'partial' | 'unavailable' | 'not-configured';
  readonly detail: string;
}

/** A source, and what it told. */
export interface Step {
  readonly source: string;
  readonly title: string;
  /** Null where it was read. */
  readonly gap: Gap | null;
  readonly seen: readonly Seen[];
}

/** What was seen, parted by what it is worth. Every observation is in exactly one part. */
export interface StoryParts {
  /** What decided, the most telling first. Of a verdict that is open: what speaks for one verdict or another. */
  readonly because: readonly Seen[];
  /** What says the opposite. It is never hidden. */
  readonly against: readonly Seen[];
  /** The rest, source by source. A source that could not be read is there too. */
  readonly also: readonly Step[];
}

/** What each source is called where it tells of one task. */
const TITLES: Readonly<Record<EvidenceSource | 'siblings', string>> = {
  row: 'Row',
  postgres: 'Other tasks of its type',
  broker: 'Message',
  workers: 'Workers',
  sessions: 'Database sessions',
  results: 'Result',
  effects: 'Effects',
  siblings: 'Tasks like it',
  redis: 'Redis',
};

/** The order in which one looks: at the row, for its message, for who has it, for what it left. */
const ORDER: readonly string[] = [
  'row',
  'broker',
  'workers',
  'results',
  'effects',
  'sessions',
  'postgres',
  'siblings',
  'redis',
];

/** Sources that decide a verdict without naming it: the absence of a message speaks for no verdict alone. */
const DECIDES_TOO: Readonly<Partial<Record<Verdict, readonly EvidenceSource[]>>> = { lost: ['broker'] };

/** The same where no observation names the verdict: then the columns of the row decided, and what may have become of its message. */
const DECIDES_ALONE: Readonly<Partial<Record<Verdict, readonly EvidenceSource[]>>> = {
  finished: ['row', 'sessions'],
  failed: ['row', 'sessions'],
  lost: ['row', 'broker', 'redis'],
};

/** What was seen of a row, in the order of its story. @param sources of the check: those with a gap are told of */
export function storyParts(verification: Verification, sources: readonly SourceReport[] = []): StoryParts {
  const seen = verification.evidence.map((evidence) => seenIn(evidence, verification.verdict));
  const against = seen.filter((one) => one.contradicts);
  const agreed = seen.filter((one) => !one.contradicts);
  const decides = decider(agreed, verification.verdict);
  const because = [
    ...agreed.filter((one) => one.supports !== null && decides(one)),
    ...agreed.filter((one) => one.supports === null && decides(one)),
  ];
  return {
    because,
    against,
    also: stepsOf(
      agreed.filter((one) => !decides(one)),
      sources,
    ),
  };
}

/** The verdicts that the evidence speaks for, where these are several: nothing else says so of a row that cannot be told. */
export function dispute(verification: Verification | undefined): readonly Verdict[] {
  if (verification?.verdict !== 'unknown') return [];
  const supported = new Set(verification.evidence.flatMap(({ supports }) => supports ?? []));
  supported.delete('unknown');
  return supported.size > 1 ? [...supported] : [];
}

/** What this source is called in a story; one that is not known keeps its name. */
export function sourceTitle(source: string): string {
  return Object.hasOwn(TITLES, source) ? TITLES[source as EvidenceSource] : source;
}

function decider(seen: readonly Seen[], verdict: Verdict): (one: Seen) => boolean {
  if (verdict === 'unknown') return ({ supports }) => supports !== null;
  const isNamed = seen.some(({ supports }) => supports === verdict);
  const sources = (isNamed ? DECIDES_TOO : DECIDES_ALONE)[verdict] ?? [];
  return ({ source, supports }) => supports === verdict || (supports === null && sources.includes(source));
}

function stepsOf(seen: readonly Seen[], sources: readonly SourceReport[]): Step[] {
  const gaps = new Map<string, Gap>(
    sources.flatMap((source) => {
      const state = stateOf(source);
      return state === 'ok' ? [] : [[source.name, { state, detail: source.detail }]];
    }),
  );
  const names = new Set<string>([...seen.map(({ source }) => source), ...gaps.keys()]);
  return [...names]
    .sort((a, b) => placeOf(a) - placeOf(b))
    .map((source) => ({
      source,
      title: sourceTitle(source),
      gap: gaps.get(source) ?? null,
      seen: seen.filter((one) => one.source === source),
    }));
}

function seenIn(evidence: Evidence, verdict: Verdict): Seen {
  return {
    source: evidence.source,
    // The views have a sign of their own for it.
    says: evidence.contradicts ? withoutMark(evidence.says) : evidence.says,
    supports: evidence.supports ?? null,
    contradicts: evidence.contradicts ?? contradicts(evidence, verdict),
    ...(evidence.untested ? { untested: true } : {}),
  };
}

function withoutMark(says: string): string {
  return says.endsWith(CONTRADICTS) ? says.slice(0, -CONTRADICTS.length) : says;
}

function placeOf(source: string): number {
  const at = ORDER.indexOf(source);
  return at === -1 ? ORDER.length : at;
}

/** What a verdict means, without a full stop: of a row that records its end, what it records. */
export function meaningOf(status: string, verification: Verification): string {
  const recorded = recordsEnd(verification) ? endOf(status) : undefined;
  return recorded?.meaning ?? VERDICT_MEANINGS[verification.verdict];
}

function recordsEnd({ verdict, evidence }: Verification): boolean {
  return evidence.some(({ source, supports }) => source === 'row' && supports === verdict);
}

/** What was asked for, as people say it: `id 4711`, `Celery id 4f0c…`. */
export function askedText({ asked: { by, id } }: Pick<TaskStory, 'asked'>): string {
  return `${by === 'row' ? 'id' : 'Celery id'} ${id}`;
}

/** That there is no such row, and who else knows the id, in one sentence. */
export function noTaskText(story: TaskStory): string {
  const known = story.elsewhere?.known ?? [];
  const read = ELSEWHERE.filter((name) => story.sources.some((source) => source.name === name && wasRead(source)));
  const rest =
    known.length > 0
      ? `but ${list(known.map((name) => WHO[name]))} ${known.length === 1 && known[0] !== 'workers' ? 'knows' : 'know'} that id`
      : read.length > 0
        ? `and nothing is known of it in ${list(read.map((name) => PLACES[name]))}`
        : 'and no broker and no result backend could be asked';
  return `There is no task with the ${askedText(story)}: no row has it, ${rest}.`;
}

const PLACES = { broker: 'the broker', workers: 'what the workers say', results: 'the result backend' } as const;
const WHO = { broker: 'the broker', workers: 'the workers', results: 'the result backend' } as const;

/** What has to be known of how the row was found: sentences; mostly none. */
export function storyNotes({ asked, foundBy, others = [] }: TaskStory): string[] {
  const found =
    foundBy === undefined
      ? []
      : [
          `No row has the Celery id ${asked.id}: a message with it names this row. Retries and further pages have Celery ids of their own.`,
        ];
  if (others.length === 0) return found;
  const rows = others.length === 1 ? 'Another row has' : `${number(others.length)} other rows have`;
  return [...found, `${rows} the same Celery id: ${others.join(', ')}. This is the newest.`];
}

/** What to do, as a sentence, where no recommendation says it. */
export function nextWithoutAdvice({ task, verification }: TaskStory): string {
  if (task && verification && recordsEnd(verification)) {
    const next = endOf(task.status)?.next;
    if (next !== undefined) return next;
    return storyParts(verification).against.length === 0
      ? 'No action needed.'
      : "Find out whether it really ended, because the evidence contradicts its row: read the worker's log at its last run.";
  }
  return 'No action needed for this task alone.';
}
