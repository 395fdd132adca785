import type { Diagnosis, OtherStatus, Recommendation, Sample, TaskType } from '../model/diagnosis';
import { taskTypeName } from '../model/diagnosis';
import { hiddenRows, SEE_ALL_ROWS } from '../model/hidden';
import { costLine } from './costText';
import { hoursText, NONE, oneLine, pythonTime } from './format';
import { systemsLines } from './systemsLog';
import { verdictsLine, verificationLines } from './verificationLog';

export const SECTION_RULE = '='.repeat(80);
export const SAMPLE_RULE = '-'.repeat(40);

/**
 * Writes the diagnostic log: standard output, the log document and the log file are this text, line for line the shape of
 * the Django command that this program replaced (test/support/seedExample.ts). With verification there are more lines between; without it there is not one. What the check cost stands behind
 * everything, after an empty line. Ends with a line break.
 */
export function textLog(diagnosis: Diagnosis): string {
  const hidden = hiddenRows(diagnosis.sources);
  const lines = [
    `Analyzing tasks stuck for more than ${String(diagnosis.parameters.hours)} hours:`,
    SECTION_RULE,
    '',
    ...(hidden === null ? [] : [`${hidden}.`, '']),
    ...stuckTypes(diagnosis.taskTypes, hidden !== null),
    'Other potentially stuck tasks by status:',
    SECTION_RULE,
    '',
    ...otherStatuses(diagnosis.otherStatuses),
    ...systems(diagnosis),
    'Recommendations:',
    SECTION_RULE,
    '',
    ...recommendations(diagnosis),
    // Behind all that the contract names, so that who reads the log by lines need not know it.
    ...(diagnosis.cost ? ['', costLine(diagnosis.cost)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function stuckTypes(types: readonly TaskType[], mayMiss: boolean): string[] {
  if (types.length === 0)
    return [mayMiss ? 'No stuck tasks found among the rows that this check sees.' : 'No stuck tasks found.', ''];
  return types.flatMap((type) => [...taskType(type), '']);
}

function taskType(type: TaskType): string[] {
  const head = [
    `Task: ${oneLine(taskTypeName(type))}`,
    `Count: ${String(type.count)}`,
    `Max Hours Stuck: ${hoursText(type.maxHoursStuck)}`,
    ...verdictsLine(type),
  ];
  if (type.samples.length === 0) return head;
  return [...head, '', 'Sample Tasks:', ...type.samples.flatMap((row) => sample(row, type))];
}

function sample(row: Sample, type: TaskType): string[] {
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
export function argumentsText(row: Sample): string {
  return row.arguments === null || row.arguments.rawJSON === 'null' ? NONE : row.arguments.rawJSON;
}

function otherStatuses(others: readonly OtherStatus[]): string[] {
  if (others.length === 0) return [NONE, ''];
  return others.flatMap((other) => [`Status: ${oneLine(other.status)}`, `Count: ${String(other.count)}`, '']);
}

function systems(diagnosis: Diagnosis): string[] {
  return diagnosis.parameters.checkExecution ? ['Sources:', SECTION_RULE, '', ...systemsLines(diagnosis), ''] : [];
}

function recommendations({ recommendations: all, parameters, sources }: Diagnosis): string[] {
  if (all.length === 0 && hiddenRows(sources) !== null)
    return ['Nothing can be said of rows that this check does not see.'];
  if (all.length === 0) return ['No stuck tasks were found: nothing needs to be done.'];
  return all.flatMap((advice, index) => [
    `${String(index + 1)}. ${oneLine(advice.title)}`,
    ...(parameters.checkExecution || advice.id === SEE_ALL_ROWS ? adviceLines(advice) : []),
  ]);
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
