import { logOutline, type LogPart } from './logOutline';
import type { LogPlace } from './panelMessages';

const TASK_LINE = 'Task: ';

/**
 * The line (from 0) of a diagnostic log that tells of a place of its Diagnosis. It goes by order and never by names or ids, which may
 * occur twice.
 * @param log what `textLog` wrote of that Diagnosis
 * @returns 0 where the log does not tell of it
 */
export function logLine(log: string, place: LogPlace): number {
  const sections = logOutline(log);
  if ('sources' in place) return named(sections, 'Sources')?.start ?? 0;
  if ('recommendation' in place) return recommendationLine(log, sections, place.recommendation);
  const type = sections[0]?.children[place.taskType];
  const sample = place.sample === undefined ? undefined : type?.children[place.sample];
  return (sample ?? type)?.start ?? 0;
}

/**
 * The task type that a line of a diagnostic log begins: `Task: module.name`.
 * @returns undefined for every other line
 */
export function taskOfLogLine(line: string): { readonly taskModule: string; readonly taskName: string } | undefined {
  if (!line.startsWith(TASK_LINE)) return undefined;
  const name = line.slice(TASK_LINE.length).trim();
  // The name of a function holds no dot.
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? undefined : { taskModule: name.slice(0, dot), taskName: name.slice(dot + 1) };
}

/** From the end: what stands before it is of the database. */
function named(sections: readonly LogPart[], title: string): LogPart | undefined {
  return sections.findLast((section) => section.title === title);
}

function recommendationLine(log: string, sections: readonly LogPart[], index: number): number {
  const section = named(sections, 'Recommendations');
  if (!section) return 0;
  const lines = log.split('\n').slice(section.start, section.end + 1);
  // Everything else of a recommendation is indented.
  const line = lines.findIndex((text) => text.startsWith(`${String(index + 1)}. `));
  return section.start + Math.max(line, 0);
}
