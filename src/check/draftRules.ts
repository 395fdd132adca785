/** Drafts effect rules: candidates from code and data, tried together on tasks whose outcome is known, and for each task type the best. */
import { count, number } from '../base/numbers';
import { redactData } from '../base/redact';
import { choose, claimsOf, claimsOfRule, withClaims, type Tried } from '../effects/drafts/choose';
import { candidatesFromData } from '../effects/drafts/fromData';
import type { CandidateRule, CodeFound, TaskCode } from '../effects/drafts/candidate';
import { openRules } from '../effects/openRules';
import { tryRules } from '../effects/trial';
import { taskTypeName } from '../model/diagnosis';
import type { EffectRule } from '../model/effectRule';
import type { KnownRows } from '../model/effectFacts';
import { DEFAULT_MAX_QUEUE_SCAN } from '../model/parameters';
import type { StepId } from '../model/progress';
import type { RuleDraft } from '../model/ruleTest';
import type { TypeId } from '../model/taskType';
import type { Snapshot } from '../ports/database';
import { limitToTable } from '../tables/budget';
import { findTable } from '../tables/findTable';
import type { TaskTable } from '../tables/table';
import { draftsOf, groupOf, untestedDrafts, type Chosen, type TypeCase } from './draftOfType';
import { readKnownRows } from './knownRows';
import type { Caller, CheckSources } from './options';
import { LOOK_STEPS, lookOutside, type Outside } from './readServers';
import { Run } from './run';

/** Types that get a draft where none was named: those that follow have few tasks, and reading code takes its time. */
export const MOST_TYPES = 50;

/** Ids of one type that are tried where the caller does not name them. */
const MOST_UNDETERMINED = 100_000;
/** A look-up in a table that nobody measured may take so long, in milliseconds. */
const LOOK_UP_MS = 10_000;

const STEPS: readonly StepId[] = ['code', ...LOOK_STEPS, 'table', 'around', 'verify'];

export interface DraftRequest {
  /** Those that get a draft, in the order of the answer. */
  readonly types: readonly TypeId[];
  /** What reads the workspace's code; absent where there is none. */
  readonly code?: TaskCode | undefined;
  /** Ids of the tasks whose outcome is undetermined, by `module.name`. Absent: stuck tasks whose message is nowhere. */
  readonly undetermined?: ReadonlyMap<string, readonly number[]> | undefined;
  /** Which tasks are stuck, where `undetermined` does not say it. */
  readonly hours: number;
  readonly statuses: readonly string[];
  /** The task table, as the user wrote it. */
  readonly table: string;
  /** Messages of the broker that are read at most. */
  readonly maxQueueScan?: number;
}

/**
 * Drafts rules for some task types. All candidates are tried in one read-only snapshot, which is why the broker is read before it.
 * @param sources absent where nothing may be connected to, or nothing is: drafts from code are then not tested
 * @returns for each type one draft, or one for each value of the arguments that its rules speak of; a type without a rule says why
 * @throws Problem `cancelled`, or why PostgreSQL could not be read
 */
export async function draftRules(
  sources: CheckSources | undefined,
  request: DraftRequest,
  caller: Caller,
): Promise<RuleDraft[]> {
  const run = new Run(caller, STEPS);
  run.throwIfCancelled();
  const { types } = request;
  const found = await readCode(request, run);
  if (!sources) return redactData(types.flatMap((type, place) => untestedDrafts(type, found[place], NO_DATABASE)));
  const verification = {
    askWorkers: false,
    maxQueueScan: request.maxQueueScan ?? DEFAULT_MAX_QUEUE_SCAN,
    effects: [],
  };
  return await lookOutside(sources, verification, run, (outside) =>
    sources.postgres.read(
      async (snapshot) => redactData(await inSnapshot(snapshot, outside, request, found, run)),
      run.signal,
      run.meter,
    ),
  );
}

const NO_DATABASE = 'The rule is not tested, because no database was read.';

/** What the code of each type suggests, in the order of the types; undefined where there is no code. */
async function readCode({ types, code }: DraftRequest, run: Run): Promise<(CodeFound | undefined)[]> {
  const found: (CodeFound | undefined)[] = [];
  run.progress.next('code', 'Reading the code of tasks');
  for (const [place, type] of types.entries()) {
    run.throwIfCancelled();
    // A line each would be more than a person reads.
    if (code && place > 0 && place % 10 === 0)
      run.progress.say(`Reading the code of tasks: ${number(place)} of ${number(types.length)}...`);
    found.push(await code?.candidates(type, run.signal));
  }
  return found;
}

async function inSnapshot(
  snapshot: Snapshot,
  outside: Outside,
  request: DraftRequest,
  found: readonly (CodeFound | undefined)[],
  run: Run,
): Promise<RuleDraft[]> {
  const { types } = request;
  run.progress.next('table', 'Reading tasks whose outcome is known');
  const table = await findTable(snapshot, request.table);
  await limitToTable(snapshot, table);
  const known = await readKnownRows(snapshot, table, outside.broker, types, { workers: outside.workers });
  const undetermined = request.undetermined ?? (await withoutMessage(snapshot, table, outside, request));
  await snapshot.limitTime?.((mostMs) => Math.min(mostMs, LOOK_UP_MS));
  run.progress.next('around', 'Looking for the tables of tasks');
  const cases = await checkedByCatalogue(snapshot, table, types, found);
  for (const each of cases) {
    run.throwIfCancelled();
    if (mayAskData(each)) await addFromData(each, { snapshot, table, known, undetermined });
  }
  const all = cases.flatMap(({ candidates }) => candidates);
  run.progress.next('verify', `Trying ${count(all.length, 'rule')} on tasks whose outcome is known`);
  const trial = (rules: readonly EffectRule[]) => tryRules(snapshot, table, rules.map(asDrafted), known, undetermined);
  const tests = await trial(all.map(({ rule }) => rule));
  const tried = new Map<CandidateRule, Tried>();
  all.forEach((candidate, place) => {
    const test = tests[place];
    if (test) tried.set(candidate, { candidate, test });
  });
  const drafts = cases.map((each) => ({ each, chosen: chosenOf(each, tried) }));
  const softened = await soften(
    drafts.flatMap(({ chosen }) => chosen.filter((one) => 'candidate' in one)),
    trial,
  );
  return drafts.flatMap(({ each, chosen }) => draftsOf(each, chosen, softened));
}

/** Which candidates fit the tables of this database. */
async function checkedByCatalogue(
  snapshot: Snapshot,
  table: TaskTable,
  types: readonly TypeId[],
  found: readonly (CodeFound | undefined)[],
): Promise<TypeCase[]> {
  const all = found.flatMap((one) => one?.candidates ?? []);
  const opened = await openRules(
    snapshot,
    table,
    all.map(({ rule }) => rule),
    [],
  );
  const refusals = new Map(
    all.flatMap((candidate, place) => {
      const one = opened[place];
      return one && 'refusal' in one ? [[candidate, one.refusal.says] as const] : [];
    }),
  );
  return types.map((type, place) => {
    const suggested = found[place]?.candidates ?? [];
    return {
      type,
      name: taskTypeName(type),
      found: found[place],
      candidates: suggested.filter((candidate) => !refusals.has(candidate)),
      refused: suggested.flatMap((candidate) => {
        const says = refusals.get(candidate);
        return says === undefined ? [] : [{ candidate, says }];
      }),
    };
  });
}

/** Code that was followed to its ends and leaves nothing leaves nothing: data would only invent an effect. */
function mayAskData({ found, candidates, refused }: TypeCase): boolean {
  return candidates.length === 0 && (!found?.followed || refused.length > 0);
}

interface DataPlace {
  readonly snapshot: Snapshot;
  readonly table: TaskTable;
  readonly known: KnownRows;
  readonly undetermined: ReadonlyMap<string, readonly number[]>;
}

async function addFromData(each: TypeCase, { snapshot, table, known, undetermined }: DataPlace): Promise<void> {
  const finished = known.finished.get(each.name) ?? [];
  const notRun = known.notRun.get(each.name) ?? [];
  const { candidates, because } = await candidatesFromData(snapshot, table, each.type, {
    known: { finished, notRun },
    ids: [...finished.slice(0, 20), ...(undetermined.get(each.name) ?? []).slice(0, 20)],
    parameters: each.found?.parameters ?? [],
  });
  each.candidates = [...candidates];
  if (because !== undefined) each.noData = because;
}

/** The choice for each value of the arguments that rules of the type speak of. */
function chosenOf({ candidates }: TypeCase, tried: ReadonlyMap<CandidateRule, Tried>): Chosen[] {
  const groups = new Map<string, Tried[]>();
  for (const candidate of candidates) {
    const one = tried.get(candidate);
    if (!one) continue;
    const key = groupOf(candidate);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map(choose);
}

/** Takes from each chosen rule the claims that its test refused, and tries it again as it is then. */
async function soften(
  chosen: readonly Tried[],
  trial: (rules: readonly EffectRule[]) => Promise<readonly Tried['test'][]>,
): Promise<ReadonlyMap<Tried, Tried>> {
  const changed = chosen.flatMap((one) => {
    const [has, keeps] = [claimsOfRule(one.candidate.rule), claimsOf(one)];
    if (has.ran === keeps.ran && has.notRun === keeps.notRun) return [];
    return [{ one, candidate: { ...one.candidate, rule: withClaims(one.candidate.rule, keeps) } }];
  });
  if (changed.length === 0) return new Map();
  const tests = await trial(changed.map(({ candidate }) => candidate.rule));
  return new Map(
    changed.flatMap(({ one, candidate }, place) => {
      const test = tests[place];
      return test ? [[one, { candidate, test }] as const] : [];
    }),
  );
}

/** Stuck tasks whose message is nowhere: their outcome depends on what they left. */
async function withoutMessage(
  snapshot: Snapshot,
  table: TaskTable,
  { broker }: Outside,
  { types, hours, statuses }: DraftRequest,
): Promise<ReadonlyMap<string, number[]>> {
  const found = new Map<string, number[]>(types.map((type) => [taskTypeName(type), []]));
  const sample = { types, shares: types.map(() => 1) };
  for await (const rows of table.kind.rows(snapshot, table, { hours, statuses, sample }))
    for (const row of rows) {
      const ids = found.get(taskTypeName(row));
      if (ids && ids.length < MOST_UNDETERMINED && broker.find(row).length === 0) ids.push(row.id);
    }
  return found;
}

function asDrafted(rule: EffectRule): EffectRule {
  return { ...rule, origin: 'drafted' };
}
