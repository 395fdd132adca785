import type { Diagnosis, OtherStatus, Sample, TaskType } from '../diagnosis/model';
import { taskTypeName } from '../diagnosis/model';
import { hoursText, NONE, oneLine, pythonTime } from './format';

export const SECTION_RULE = '='.repeat(80);
export const SAMPLE_RULE = '-'.repeat(40);

/**
 * Writes the diagnostic log: standard output, the log document and the log file are this text, line for line the shape of
 * the seed document's example. Ends with a line break.
 */
export function textLog(diagnosis: Diagnosis): string {
  const lines = [
    `Analyzing tasks stuck for more than ${String(diagnosis.parameters.hours)} hours:`,
    SECTION_RULE,
    '',
    ...stuckTypes(diagnosis.taskTypes),
    'Other potentially stuck tasks by status:',
    SECTION_RULE,
    '',
    ...otherStatuses(diagnosis.otherStatuses),
    'Recommendations:',
    SECTION_RULE,
    '',
    ...recommendations(diagnosis),
  ];
  return `${lines.join('\n')}\n`;
}

function stuckTypes(types: readonly TaskType[]): string[] {
  if (types.length === 0) return ['No stuck tasks found.', ''];
  return types.flatMap((type) => [...taskType(type), '']);
}

function taskType(type: TaskType): string[] {
  const head = [
    `Task: ${oneLine(taskTypeName(type))}`,
    `Count: ${String(type.count)}`,
    `Max Hours Stuck: ${hoursText(type.maxHoursStuck)}`,
  ];
  if (type.samples.length === 0) return head;
  return [...head, '', 'Sample Tasks:', ...type.samples.flatMap(sample)];
}

function sample(row: Sample): string[] {
  return [
    `ID: ${String(row.id)}`,
    `Arguments: ${argumentsText(row)}`,
    `Last Run: ${pythonTime(row.lastRun)}`,
    `Task ID: ${oneLine(row.taskId)}`,
    `Status Message: ${oneLine(row.statusMessage)}`,
    `Attempts: ${row.attempts === null ? NONE : String(row.attempts)}`,
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

function recommendations(diagnosis: Diagnosis): string[] {
  if (diagnosis.recommendations.length === 0) return ['No stuck tasks were found: nothing needs to be done.'];
  return diagnosis.recommendations.map((advice, index) => `${String(index + 1)}. ${advice.title}`);
}
