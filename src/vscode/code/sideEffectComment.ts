import { taskTypeName } from '../../model/diagnosis';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskSideEffects, type TaskSideEffects } from './taskSource';
import { workspaceSources } from './workspaceSources';
import type { FixRow, FixScript } from '../../model/fix';
import { withWarnings } from '../../fixes/header';
import { listedOnce } from '../../python/listed';
import type { SourceFiles, TaskNamed } from '../../python/model';
import { sideEffectWords } from './sideEffects';
import { whenSlow } from '../shared/whenSlow';

/** Types whose code is read, those with most rows; and lines of each. */
const MOST_TYPES = 10;
const MOST_LINES = 10;
/** The script does not wait longer for what is only a comment in it. */
const PATIENCE_MS = 5000;

/** Puts below the danger of a dispatch script what the code of its tasks does outside, as a reason for care. */
export async function withSideEffects(script: FixScript, rows: readonly FixRow[]): Promise<FixScript> {
  const files = listedOnce(workspaceSources());
  const lines = await whenSlow('Reading the code of these tasks', async (signal) => {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const all: string[] = [];
    for (const task of greatestTypes(rows)) {
      // Cancelled or late: what was read until then is said.
      const found = await taskSideEffects(files, task, stop).catch(() => undefined);
      if (found) all.push(...sideEffectLines(files, task, found));
      if (stop.aborted) break;
    }
    return all;
  });
  if (lines.length === 0) return script;
  const head = [
    'Before you run this: what the code of these tasks does outside the database, as it stands in this workspace.',
    'The workers may run another version, and code of libraries was not looked at.',
    ...lines,
  ];
  return { ...script, text: withWarnings(script.text, head) };
}

function greatestTypes(rows: readonly FixRow[]): TaskNamed[] {
  const types = new Map<string, { task: TaskNamed; rows: number }>();
  for (const { taskModule, taskName, verdict } of rows) {
    if (verdict !== 'lost') continue;
    const task = { taskModule, taskName };
    const key = taskTypeName(task);
    const type = types.get(key) ?? { task, rows: 0 };
    type.rows++;
    types.set(key, type);
  }
  return [...types.values()]
    .sort((a, b) => b.rows - a.rows)
    .slice(0, MOST_TYPES)
    .map(({ task }) => task);
}

/** Each on one line, whatever is in it: a line of a comment must not end before it ends. */
function sideEffectLines(files: SourceFiles, task: TaskNamed, { sideEffects }: TaskSideEffects): string[] {
  if (sideEffects.length === 0) return [];
  const lines = sideEffects
    .slice(0, MOST_LINES)
    .map(
      (one) => `- ${one.call} at ${files.path(one.place.file)}:${String(one.place.line + 1)}: ${sideEffectWords(one)}`,
    );
  const more = sideEffects.length > MOST_LINES ? [`- and ${String(sideEffects.length - MOST_LINES)} more`] : [];
  return [taskTypeName(task), ...lines, ...more].map(escapeUnsafe);
}
