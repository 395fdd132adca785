import * as vscode from 'vscode';
import { count } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { readColumns, readTables, tryRule, type TableChoice } from '../../check/ruleByHand';
import { argumentValues, ruleByHand, shownBy, type ArgumentValue, type ShownBy } from '../../effects/ruleByHand';
import { taskTypeName, type TaskType } from '../../model/diagnosis';
import type { RuleDraft } from '../../model/ruleTest';
import { typeKey } from '../../model/taskType';
import type { Snapshot } from '../../ports/database';
import type { Relation } from '../../sql/relation';
import type { CheckResult } from '../checks/checkState';
import { maxQueueScanSetting } from '../shared/settings';
import { undeterminedIds } from './drafting';
import type { DraftsParts } from './parts';
import type { WantedType } from './wantedTypes';

/**
 * Lets the user choose a table and a column, and tries the rule that follows from them.
 * @returns undefined when the user escaped
 * @throws Problem
 */
export async function createByHand(
  { connections, output }: Pick<DraftsParts, 'connections' | 'output'>,
  result: CheckResult,
  type: WantedType,
  signal: AbortSignal,
): Promise<RuleDraft | undefined> {
  const task = taskTypeName(type);
  const sources = await connections.open(result.profile, { verified: true });
  const read = <T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> => sources.postgres.read(work, signal);
  const title = `Rule for ${escapeUnsafe(type.taskName)}`;
  const places = placesOf(result, type);
  const table = await pickTable(`${title} (1 of 4): Table`, await read(readTables), type);
  if (!table) return undefined;
  const relation = await read((snapshot) => readColumns(snapshot, table.name));
  const argument = await pickArgument(`${title} (2 of 4): Argument`, table.name, places);
  if (!argument) return undefined;
  const key = await pickKey(`${title} (3 of 4): Key`, argument, relation);
  if (key === undefined) return undefined;
  const shown = await pickColumn(`${title} (4 of 4): Effect`, table.name, key, relation);
  if (!shown) return undefined;
  const rule = ruleByHand({ task, table: table.name, key, argument: argument.place, ...shown });
  const tested = await tryRule(
    sources,
    rule,
    {
      type,
      undetermined: undeterminedIds(result, [type]).get(task) ?? [],
      table: result.request.table,
      maxQueueScan: maxQueueScanSetting(),
    },
    {
      signal,
      onProgress: ({ label }) => {
        output.info(`Rule for ${task}: ${label}`);
      },
    },
  );
  return {
    task,
    rules: [rule],
    from: 'data',
    why: [{ says: `You chose ${shown.column} of ${table.name}, and ${argument.place} as its ${key}.` }],
    ...(tested ? { tested } : {}),
  };
}

/** Where the samples' arguments hold values. @throws Problem where none does */
function placesOf({ diagnosis }: CheckResult, type: WantedType): ArgumentValue[] {
  const found: TaskType | undefined = diagnosis.taskTypes.find((each) => typeKey(each) === typeKey(type));
  const places = new Map<string, ArgumentValue>();
  for (const { arguments: given } of [...(found?.samples ?? []), ...(found?.examples ?? [])])
    for (const value of argumentValues(given?.rawJSON ?? null))
      if (!places.has(value.place)) places.set(value.place, value);
  if (places.size === 0)
    throw new Problem(
      'invalid',
      `No sample of ${escapeUnsafe(type.taskName)} has an argument that a table could be searched for, so no rule can find its row.`,
    );
  return [...places.values()];
}

/** Tables of the task's own application first: Django calls them app_model. */
async function pickTable(
  title: string,
  tables: readonly TableChoice[],
  { taskModule }: WantedType,
): Promise<TableChoice | undefined> {
  const apps = taskModule.split('.').map((part) => `${part.toLowerCase()}_`);
  const isOwn = ({ name }: TableChoice): boolean => apps.some((app) => name.toLowerCase().startsWith(app));
  const items = [...tables.filter(isOwn), ...tables.filter((table) => !isOwn(table))].map((table) => ({
    label: escapeUnsafe(table.name),
    description: table.estimatedRows === null ? '' : `about ${count(table.estimatedRows, 'row')}`,
    table,
  }));
  if (items.length === 0) throw new Problem('permission', 'This role may not read any table besides the catalogue.');
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Where does the task leave something?',
    ignoreFocusOut: true,
  });
  return picked?.table;
}

async function pickArgument(
  title: string,
  table: string,
  places: readonly ArgumentValue[],
): Promise<ArgumentValue | undefined> {
  const items = places.map((value) => ({
    label: value.place,
    description: `for example ${escapeUnsafe(value.example.slice(0, 80))}`,
    value,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: `Which argument leads to the row of ${table}?`,
    ignoreFocusOut: true,
  });
  return picked?.value;
}

/** Unique columns first, then those that are named like keys. */
async function pickKey(title: string, { place }: ArgumentValue, relation: Relation): Promise<string | undefined> {
  const rank = (column: string): number =>
    relation.unique.has(column) ? 0 : /(^|_)(id|slug|uuid|key)$/.test(column) ? 1 : 2;
  const items = [...relation.readable]
    .sort((a, b) => rank(a) - rank(b))
    .map((column) => ({
      label: escapeUnsafe(column),
      description: [relation.types.get(column), relation.unique.has(column) ? 'unique' : ''].filter(Boolean).join(', '),
      column,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: `Which column holds the value of ${place}?`,
    ignoreFocusOut: true,
  });
  return picked?.column;
}

const SHOWS: Readonly<Record<ShownBy, string>> = {
  time: 'executed: at or after the creation of the task; not executed: empty',
  flag: 'executed: true; not executed: false',
  value: 'executed: has a value; not executed: empty',
  row: 'executed: there is a row; not executed: there is none',
};

/** Times first, because they alone can be compared with the task's own. */
async function pickColumn(
  title: string,
  table: string,
  key: string,
  relation: Relation,
): Promise<{ readonly column: string; readonly by: ShownBy } | undefined> {
  const order: readonly ShownBy[] = ['time', 'flag', 'value'];
  const columns = [...relation.readable]
    .filter((column) => column !== key)
    .map((column) => ({ column, by: shownBy(relation.types.get(column) ?? '') }))
    .sort((a, b) => order.indexOf(a.by) - order.indexOf(b.by));
  const items = [
    ...columns.map(({ column, by }) => ({ label: escapeUnsafe(column), detail: SHOWS[by], column, by })),
    { label: 'Whether there is such a row', detail: SHOWS.row, column: key, by: 'row' as const },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: `Which column of ${table} shows that the task ran?`,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked && { column: picked.column, by: picked.by };
}
