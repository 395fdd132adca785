import type { Diagnosis, OtherStatus, Recommendation, RowDetails, TaskType } from '../model/diagnosis';
import { taskTypeName } from '../model/diagnosis';
import type { RuleTest } from '../model/ruleTest';
import { hiddenRows, SEE_ALL_ROWS } from '../model/hidden';
import { costLine } from './costText';
import { hoursText, NONE, oneLine, pythonTime } from './format';
import { planOf } from './plan';
import { readingOrder, ruleTestLines, ruleTestsSummary } from './ruleTests';
import { nothingStuck, nothingToDo, summaryLines } from './summaryLog';
import { systemsLines } from './systemsLog';
import { boundsLine, verdictsLine, verificationLines } from './verificationLog';

export const SECTION_RULE = '='.repeat(80);
export const SAMPLE_RULE = '-'.repeat(40);

/** Where a log tells of the parts of its Diagnosis: lines, from 0. */
export interface LogPlaces {
  /** In the order of the Diagnosis. */
  readonly taskTypes: readonly { readonly line: number; readonly samples: readonly number[] }[];
  /** Absent without verification. */
  readonly sources?: number;
  readonly recommendations: { readonly line: number; readonly items: readonly number[] };
}

/**
 * Writes the diagnostic log: standard output, the log document and the log file are this text, line for line in the form of the Django
 * command that this program replaced (test/support/seedExample.ts). Verification adds lines between these; without it none is added.
 * What the check cost comes last, after an empty line.
 */
export function writeLog(diagnosis: Diagnosis): { readonly text: string; readonly places: LogPlaces } {
  const lines = new Lines();
  const hidden = hiddenRows(diagnosis.sources);
  section(lines, `Analyzing tasks stuck for more than ${String(diagnosis.parameters.hours)} hours:`);
  if (hidden !== null) lines.add([`${hidden}.`, '']);
  if (diagnosis.parameters.checkExecution) lines.add([...summaryLines(diagnosis), '']);
  else if (diagnosis.taskTypes.length === 0) lines.add([...nothingStuck(diagnosis), '']);
  const taskTypes = stuckTypes(lines, diagnosis.taskTypes);
  section(lines, 'Other potentially stuck tasks by status:');
  lines.add(otherStatuses(diagnosis.otherStatuses));
  const sources = systems(lines, diagnosis);
  effectRules(lines, diagnosis.rules ?? []);
  const line = section(lines, 'Recommendations:');
  const items = recommendations(lines, diagnosis);
  // After everything that the log's contract names, so that a reader of lines need not know it.
  if (diagnosis.cost) lines.add(['', costLine(diagnosis.cost)]);
  const places = { taskTypes, ...(sources === undefined ? {} : { sources }), recommendations: { line, items } };
  return { text: lines.text(), places };
}

/** The text alone; it ends with a line break. */
export function textLog(diagnosis: Diagnosis): string {
  return writeLog(diagnosis).text;
}

class Lines {
  private readonly lines: string[] = [];

  /** @returns the number of the first of these lines, from 0 */
  add(lines: readonly string[]): number {
    const at = this.lines.length;
    for (const line of lines) this.lines.push(line);
    return at;
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

function section(lines: Lines, title: string): number {
  return lines.add([title, SECTION_RULE, '']);
}

function stuckTypes(lines: Lines, types: readonly TaskType[]): LogPlaces['taskTypes'] {
  return types.map((type) => {
    const place = taskType(lines, type);
    lines.add(['']);
    return place;
  });
}

function taskType(lines: Lines, type: TaskType): LogPlaces['taskTypes'][number] {
  const line = lines.add([
    `Task: ${oneLine(taskTypeName(type))}`,
    `Count: ${String(type.count)}`,
    `Max Hours Stuck: ${hoursText(type.maxHoursStuck)}`,
    ...verdictsLine(type),
    ...boundsLine(type),
  ]);
  if (type.samples.length > 0) lines.add(['', 'Sample Tasks:']);
  return { line, samples: type.samples.map((row) => lines.add(sample(row, type))) };
}

function sample(row: RowDetails, type: TaskType): string[] {
  return [
    `ID: ${String(row.id)}`,
    `Arguments: ${argumentsText(row)}`,
    `Last Run: ${pythonTime(row.lastRun)}`,
    `Task ID: ${oneLine(row.taskId)}`,
    `Status Message: ${oneLine(row.statusMessage)}`,
    `Attempts: ${row.attempts === null ? NONE : String(row.attempts)}`,
    ...verificationLines(row, type),
    SAMPLE_RULE,
  ];
}

/** A row's arguments on one line; null, in SQL or in JSON, is None. */
export function argumentsText(row: RowDetails): string {
  return row.arguments === null || row.arguments.rawJSON === 'null' ? NONE : row.arguments.rawJSON;
}

function otherStatuses(others: readonly OtherStatus[]): string[] {
  if (others.length === 0) return [NONE, ''];
  return others.flatMap((other) => [`Status: ${oneLine(other.status)}`, `Count: ${String(other.count)}`, '']);
}

function systems(lines: Lines, diagnosis: Diagnosis): number | undefined {
  if (!diagnosis.parameters.checkExecution) return undefined;
  const line = section(lines, 'Sources:');
  lines.add([...systemsLines(diagnosis), '']);
  return line;
}

/** How each effect rule did on tasks whose outcome is known; nothing where none was used. */
function effectRules(lines: Lines, rules: readonly RuleTest[]): void {
  if (rules.length === 0) return;
  section(lines, 'Effect rules:');
  lines.add([ruleTestsSummary(rules), '', ...readingOrder(rules).flatMap((test) => [...ruleTestLines(test), ''])]);
}

/** @returns the lines of the recommendations, in the order of the Diagnosis */
function recommendations(lines: Lines, diagnosis: Diagnosis): number[] {
  const { recommendations: all, parameters } = diagnosis;
  if (all.length === 0) lines.add([nothingToDo(diagnosis)]);
  // The six that need no verification are a list without phases, as in the Django command.
  if (!parameters.checkExecution || all.every(({ phase }) => phase === undefined))
    return all.map((advice, index) => lines.add(recommendation(advice, `${String(index + 1)}.`, parameters)));
  const items: number[] = [];
  planOf(diagnosis).forEach(({ title, steps }, index) => {
    lines.add([...(index === 0 ? [] : ['']), `${title}:`]);
    for (const step of steps) {
      const mark = step.number === null ? '-' : `${String(step.number)}.`;
      items[step.index] = lines.add(recommendation(step.recommendation, mark, parameters));
    }
  });
  return items;
}

function recommendation(advice: Recommendation, mark: string, { checkExecution }: Diagnosis['parameters']): string[] {
  const withReasons = checkExecution || advice.id === SEE_ALL_ROWS;
  return [`${mark} ${oneLine(advice.title)}`, ...(withReasons ? adviceLines(advice) : [])];
}

/** Why, what was seen, and what to do; an action of several lines keeps them. */
function adviceLines({ why, evidence, actions }: Recommendation): string[] {
  return [
    `   ${oneLine(why)}`,
    ...evidence.map((seen) => `   Seen: ${oneLine(seen)}`),
    ...actions.flatMap((action) =>
      action.split('\n').map((line, index) => `   ${index === 0 ? 'Do:' : '   '} ${oneLine(line)}`),
    ),
  ];
}
