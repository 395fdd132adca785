import type { LogPlace } from './panelMessages';
import type { LogPlaces } from './textLog';

const TASK_LINE = 'Task: ';

/**
 * The line (from 0) of a diagnostic log that tells of a place of its Diagnosis.
 * @param places of that log, as `writeLog` gave them
 * @returns 0 where the log does not tell of it
 */
export function logLine({ taskTypes, sources, recommendations }: LogPlaces, place: LogPlace): number {
  if ('sources' in place) return sources ?? 0;
  if ('recommendation' in place) return recommendations.items[place.recommendation] ?? recommendations.line;
  const type = taskTypes[place.taskType];
  const sample = place.sample === undefined ? undefined : type?.samples[place.sample];
  return sample ?? type?.line ?? 0;
}

/**
 * The task type that a line of a diagnostic log begins: `Task: module.name`. Saved logs are opened too, and they are text only.
 * @returns undefined for every other line
 */
export function taskOfLogLine(line: string): { readonly taskModule: string; readonly taskName: string } | undefined {
  if (!line.startsWith(TASK_LINE)) return undefined;
  const name = line.slice(TASK_LINE.length).trim();
  // The name of a function holds no dot.
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? undefined : { taskModule: name.slice(0, dot), taskName: name.slice(dot + 1) };
}
