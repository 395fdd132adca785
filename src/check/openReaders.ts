/** Stage "collect", before the first batch: opens what is asked of every batch. */
import { openEffects } from '../effects/openEffects';
import { taskTypeName } from '../model/diagnosis';
import { tasksOf } from '../model/effectRule';
import type { EffectReader, ResultReader } from '../model/facts';
import { databaseResults } from '../results/databaseResults';
import { TouchReader } from '../tables/taskManager/sessions/touches';
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

/** @throws Problem when the snapshot came to its end */
export async function openReaders(
  { snapshot, table, types, maskedKeys }: RowsToVerify,
  { broker }: Outside,
  options: VerificationOptions,
  others: OtherRows,
): Promise<RowReaders> {
  const names = new Set(types.map(taskTypeName));
  const rules = options.effects.filter((rule) => tasksOf(rule).some((task) => names.has(task)));
  const effects = await openEffects(snapshot, table, rules, maskedKeys);
  await effects.distrust(await others.waiting(broker, new Set(rules.flatMap(tasksOf))));
  others.reportHidden();
  return { effects, touches: new TouchReader(snapshot, table), tables: await databaseResults(snapshot) };
}
