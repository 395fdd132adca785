/** Stage "collect", before the first batch: opens what is asked of every batch. */
import { openEffects } from '../effects/openEffects';
import { taskTypeName } from '../model/diagnosis';
import { tasksOf, type EffectRule } from '../model/effectRule';
import type { CeleryNames } from '../model/celeryNames';
import type { ResultReader, TypeHistory } from '../model/facts';
import type { EffectReader } from '../model/effectFacts';
import { databaseResults } from '../results/databaseResults';
import { TouchReader } from '../tables/touches';
import type { VerificationOptions } from './options';
import type { OtherRows } from './otherRows';
import type { Outside } from './readServers';
import type { RowsToVerify } from './rowsToVerify';

/** What the tasks' database is asked about the rows of each batch. */
export interface RowReaders {
  readonly effects: EffectReader;
  readonly touches: Pick<TouchReader, 'of' | 'add'>;
  /** Results that are in tables of the same database; undefined where there are none. */
  readonly tables: ResultReader | undefined;
}

/** What finished rows and messages teach about the task types. */
export interface TypeKnowledge {
  /** By `module.name`. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  /** Under which names Celery knows the types. */
  readonly names: CeleryNames;
}

/** The rules are tried before any row is judged by them. @throws Problem when the snapshot came to its end */
export async function openReaders(
  { snapshot, table, types, maskedKeys, now, rowsOf }: RowsToVerify,
  outside: Outside,
  options: VerificationOptions,
  others: OtherRows,
): Promise<{ readonly readers: RowReaders; readonly types: TypeKnowledge }> {
  const { broker, workers } = outside;
  const names = new Set(types.map(taskTypeName));
  const rules = options.effects.flatMap((rule) => ofTasks(rule, names));
  const effects = await openEffects(snapshot, table, rules, maskedKeys);
  const ruled = new Set(rules.flatMap(tasksOf));
  const tried = options.testsRules === false ? [] : types.filter((type) => ruled.has(taskTypeName(type)));
  const { histories, drawn } = await others.histories(types, tried);
  const known = await others.known(tried, outside, drawn, Date.parse(now) / 1000);
  await effects.test(known, (ids) => others.rivals(ids));
  const wanted = types.filter((type) => effects.readingAll.has(taskTypeName(type)));
  if (rowsOf && wanted.length > 0) await effects.ahead(rowsOf(wanted));
  others.reportHidden();
  return {
    readers: { effects, touches: new TouchReader(snapshot, table), tables: await databaseResults(snapshot) },
    types: { histories, names: await others.celeryNames(names, broker, workers.registered) },
  };
}

/** The rule for those of its tasks that have stuck rows; none where no task has. */
function ofTasks(rule: EffectRule, names: ReadonlySet<string>): EffectRule[] {
  const task = tasksOf(rule).filter((name) => names.has(name));
  return task.length === 0 ? [] : [{ ...rule, task }];
}
