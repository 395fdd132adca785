import type { SideEffect, SourceFiles, TaskFunction } from './model';
import { Modules } from './modules';
import { functionOf, qualifiedName } from './names';
import type { PythonFile } from './pythonFile';
import { reachOf } from './reach';

const MOST = 100;

/**
 * What asks for care before a task runs again: its calls out of the process, its own, those of its file's functions, and those of the
 * functions of the workspace that they import, whose own imports are not followed.
 * @throws Problem `cancelled`
 */
export async function findSideEffects(
  files: SourceFiles,
  task: TaskFunction,
  signal: AbortSignal,
): Promise<readonly SideEffect[]> {
  const modules = new Modules(files, signal);
  const py = await modules.file(task.place.file);
  const definition = py === undefined ? -1 : definitionAt(py, task);
  if (py === undefined || definition < 0) return task.sideEffects;
  const { sideEffects, imported } = reachOf(py, definition);
  const found = [...sideEffects];
  const seen = new Set<string>();
  for (const call of imported) {
    const name = `${String(call.level)} ${call.parts.join('.')}`;
    if (seen.has(name) || found.length >= MOST) continue;
    seen.add(name);
    const origin = await modules.source(py.file, call);
    const [first = '', ...rest] = origin?.rest ?? [];
    const member = origin?.py.members.get(-1)?.get(first);
    if (origin === undefined || member === undefined) continue;
    // A method of a new object: making the object counts as well.
    const called = [functionOf(origin.py, member, []), functionOf(origin.py, member, rest)];
    for (const target of new Set(called)) {
      if (target === undefined) continue;
      found.push(...reachOf(origin.py, target, [...call.via, qualifiedName(origin.py, target)]).sideEffects);
    }
  }
  return withoutRepeats(found).slice(0, MOST);
}

/** The task may have moved since it was found: then the first function of its name. */
function definitionAt(py: PythonFile, task: TaskFunction): number {
  const named = py.definitions.flatMap((_, index) => (qualifiedName(py, index) === task.qualifiedName ? [index] : []));
  const exact = named.find((index) => py.place(py.definitions[index]?.at ?? 0).line === task.place.line);
  return exact ?? named[0] ?? -1;
}

function withoutRepeats(sideEffects: readonly SideEffect[]): readonly SideEffect[] {
  const byPlace = new Map<string, SideEffect>();
  for (const sideEffect of sideEffects) {
    const { file, line, column } = sideEffect.place;
    const place = `${String(line)}:${String(column)} ${file}`;
    if (!byPlace.has(place)) byPlace.set(place, sideEffect);
  }
  return [...byPlace.values()];
}
