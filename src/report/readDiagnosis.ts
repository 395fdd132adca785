import { Problem } from '../base/problem';
import { read, type Issue } from '../base/shape';
import { escapeUnsafe } from '../base/unsafeText';
import { exportedDiagnosis } from '../model/contract/diagnosis';
import type { Diagnosis, ExportedDiagnosis, TaskType } from '../model/diagnosis';
import { parseWithRawArguments } from './rawArguments';
import { upgraded } from './upgraded';

/** What a file that is read back may have; exported reports have some megabytes. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

const CHOOSE = 'choose a file that "Export Diagnosis as JSON" or check-task-status --format json wrote.';

/**
 * Reads an exported Diagnosis back. Arguments keep every digit; whatever a view relies on has been looked at.
 * @param name what to call the text in an error: a file's name
 * @throws Problem `invalid`: one sentence that says what is wrong with it
 */
export function readDiagnosis(json: string, name: string): Diagnosis {
  // Windows editors put a mark before the text.
  const source = json.replace(/^\ufeff/, '');
  if (source.length > MAX_REPORT_BYTES)
    throw new Problem(
      'invalid',
      `${name} is too large to be opened as a report (over ${megabytes(MAX_REPORT_BYTES)}).`,
    );
  requireDiagnosis(source, name);
  const refusal = (reason: string): Problem =>
    new Problem('invalid', `${name} is not a whole report (${reason}): ${CHOOSE}`);
  const diagnosis = read(exportedDiagnosis, parseWithRawArguments(source), (issue) => refusal(reasonOf(issue)));
  const mismatch = diagnosis.taskTypes
    .map((type, index) => binOutside(diagnosis, type, index) ?? wrongSum(type, index))
    .find((reason) => reason !== undefined);
  if (mismatch !== undefined) throw refusal(mismatch);
  // Types of other statuses are for browsing in the editor, and are not exported.
  return upgraded({
    ...diagnosis,
    otherStatuses: diagnosis.otherStatuses.map((status) => ({ ...status, taskTypes: [] })),
  });
}

/** Whether it is JSON, and ours, comes before what is in it. */
function requireDiagnosis(source: string, name: string): void {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Problem('invalid', `${name} is not JSON: ${CHOOSE}`, { cause: error });
  }
  const version = typeof value === 'object' && value !== null && 'schemaVersion' in value && value.schemaVersion;
  if (typeof version !== 'number') throw new Problem('invalid', `${name} holds no report: ${CHOOSE}`);
  if (version !== 1)
    throw new Problem(
      'invalid',
      `${name} was written by another version of this extension (schemaVersion ${String(version)}, known is 1): update the extension, or export it again.`,
    );
}

function megabytes(bytes: number): string {
  return `${String(Math.round(bytes / 1024 / 1024))} MB`;
}

/** What must be there instead, by the kind of an issue. A declaration may have words of its own. */
const EXPECTED: Readonly<Record<string, string>> = {
  array: 'must be an array',
  boolean: 'must be true or false',
  finite: 'must be a number',
  literal: 'is not a value this version supports',
  number: 'must be a number',
  object: 'must be an object',
  picklist: 'is not a value this version supports',
  record: 'must be an object',
  safe_integer: 'must be an integer',
  string: 'must be a string',
};

/** `taskTypes[3].count must be an integer` */
function reasonOf(issue: Issue): string {
  const { path = [], type, message } = issue;
  const last = path.at(-1);
  if (last?.type !== 'object' || last.origin !== 'key') return `${placeOf(path)} ${EXPECTED[type] ?? message}`;
  return Object.hasOwn(last.input, last.key)
    ? `${placeOf(path.slice(0, -1))} has a key that is not allowed`
    : `${placeOf(path)} is missing`;
}

function placeOf(path: readonly { readonly key: unknown }[]): string {
  const steps = path.map(({ key }, index) => {
    if (typeof key === 'number') return `[${String(key)}]`;
    const name = escapeUnsafe(String(key).slice(0, 50));
    return index === 0 ? name : `.${name}`;
  });
  return steps.join('') || 'it';
}

/** A picture has a place for every bin. */
function binOutside(
  { timeline }: ExportedDiagnosis,
  { lastRuns, outcomes = [] }: TaskType,
  index: number,
): string | undefined {
  const bins = [lastRuns, ...outcomes.map((outcome) => outcome.lastRuns)].flatMap((counts) =>
    Object.keys(counts ?? {}),
  );
  return bins.some((bin) => Number(bin) >= (timeline?.bins ?? 0))
    ? `taskTypes[${String(index)}] has a bin outside its timeline`
    : undefined;
}

/** Every number that views show of a type is counted from these: they must be the same rows. */
function wrongSum({ count, verdicts, outcomes, lastRuns }: TaskType, index: number): string | undefined {
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);
  const parts: readonly (readonly [string, number | undefined, number])[] = [
    ['verdicts', verdicts && sum(verdicts), count],
    ['lastRuns', lastRuns && sum(lastRuns), count],
    ['outcomes', outcomes?.reduce((all, each) => all + each.count, 0), count],
    ...(outcomes ?? []).map((each) => ['outcomes.lastRuns', sum(each.lastRuns), each.count] as const),
  ];
  const wrong = parts.find(([, found, wanted]) => found !== undefined && found !== wanted);
  return wrong && `taskTypes[${String(index)}].${wrong[0]} does not add up to its count`;
}
