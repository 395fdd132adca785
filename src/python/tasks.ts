import type { TaskFunction } from './model';
import { makerOf, optionsOf, taskMaker, type TaskMaker } from './decorators';
import { argumentsAt, chainAt, chainOf, isCalled, itemsOf, stringOf, writtenAs } from './expressions';
import { qualifiedName, resolve } from './names';
import { readPython, type PythonFile } from './pythonFile';
import { reachOf } from './reach';
import type { Span } from './statements';

/** Every task function of one file, in the order of the file. Never throws: what cannot be read as Python is passed over. */
export function tasksIn(text: string, file: string): TaskFunction[] {
  // Most files have none: they cost no more than this.
  return /task/i.test(text) ? tasksOf(readPython(text, file)) : [];
}

/** Every task function of a file that has been read. */
export function tasksOf(py: PythonFile): TaskFunction[] {
  const tasks = new Map<number, TaskFunction>();
  py.definitions.forEach(({ kind }, index) => {
    const task = kind === 'class' ? classTask(py, index) : decorated(py, index);
    if (task !== undefined) tasks.set(task.at, task.task);
  });
  for (const { at, task } of madeByCalls(py)) if (!tasks.has(at)) tasks.set(at, task);
  return [...tasks].sort(([a], [b]) => a - b).map(([, task]) => task);
}

interface Found {
  /** The token that names it. */
  readonly at: number;
  readonly task: TaskFunction;
}

/** A function as it is, whether it is a task or not. */
export function functionAt(py: PythonFile, definition: number, maker?: TaskMaker, name?: string): TaskFunction {
  const { at, top } = py.definitions[definition] ?? { at: 0, top: 0 };
  const given = maker?.options?.keywords.find((keyword) => keyword.name === 'name')?.value;
  const celeryName = name ?? (given === undefined ? undefined : stringOf(py.tokens, given));
  const { sideEffects, raises } = reachOf(py, definition);
  return {
    functionName: py.definitions[definition]?.name ?? '',
    qualifiedName: qualifiedName(py, definition),
    ...(celeryName === undefined ? {} : { celeryName }),
    ...(maker === undefined ? {} : { decorator: maker.decorator }),
    place: py.place(at),
    top: py.place(top),
    options: maker === undefined ? [] : optionsOf(py, maker),
    raisesRetry: raises,
    sideEffects,
  };
}

function decorated(py: PythonFile, index: number): Found | undefined {
  const maker = makerOf(py, index);
  return maker === undefined ? undefined : { at: py.definitions[index]?.at ?? 0, task: functionAt(py, index, maker) };
}

/** `class Charge(Task): name = '...'; def run(self): ...` (Celery, "class-based tasks"). */
function classTask(py: PythonFile, index: number): Found | undefined {
  const { head, parent } = py.definitions[index] ?? { head: { from: 0, to: 0 }, parent: -1 };
  const run = py.members.get(index)?.get('run');
  if (run === undefined || py.tokens[head.from]?.text !== '(') return undefined;
  const base = argumentsAt(py.tokens, head.from, head.to).positional.find((span) => {
    const chain = chainOf(py.tokens, span);
    if (chain === undefined) return false;
    const resolved = resolve(py, parent, chain.parts);
    return (resolved.kind === 'import' ? resolved.parts : chain.parts).at(-1)?.endsWith('Task') ?? false;
  });
  if (base === undefined) return undefined;
  const maker = { decorator: writtenAs(py.source, py.tokens, base) };
  return { at: py.definitions[run]?.at ?? 0, task: functionAt(py, run, maker, nameInClass(py, index)) };
}

function nameInClass(py: PythonFile, index: number): string | undefined {
  for (const { from, to } of py.statements) {
    if (py.scopeAt(from) !== index || py.tokens[from]?.text !== 'name' || py.tokens[from + 1]?.text !== '=') continue;
    return stringOf(py.tokens, { from: from + 2, to });
  }
  return undefined;
}

/** `add = app.task(f)` and `add = app.task(bind=True)(f)`. */
function* madeByCalls(py: PythonFile): Generator<Found> {
  for (const { from, to } of py.statements) {
    if (py.tokens[from]?.kind !== 'name') continue;
    const start = py.tokens[from + 1]?.text === '=' ? from + 2 : from;
    const scope = py.scopeAt(from);
    const chain = chainAt(py.tokens, start);
    if (chain === undefined || chain.to >= to || !isCalled(py.tokens, chain)) continue;
    const maker = taskMaker(py, { from: start, to }, scope);
    if (maker?.options === undefined) continue;
    const target = madeOf(py, maker, to);
    const made = target === undefined ? undefined : chainOf(py.tokens, target);
    if (made === undefined) continue;
    const resolved = resolve(py, scope, made.parts);
    const assigned = start === from ? {} : { assignedTo: py.tokens[from].text };
    const own = resolved.kind === 'own' && resolved.rest.length === 0 ? resolved.definition : undefined;
    if (own !== undefined && py.definitions[own]?.kind === 'function')
      yield { at: py.definitions[own].at, task: { ...functionAt(py, own, maker), ...assigned } };
    else if (resolved.kind === 'import')
      yield { at: from, task: { ...importedTask(py, from, maker, made.parts), ...assigned } };
  }
}

/** The function that a maker is given: among its options, or in the call behind them. */
function madeOf(py: PythonFile, maker: TaskMaker, to: number): Span | undefined {
  const { positional = [], end = to } = maker.options ?? {};
  if (end >= to) return positional[0];
  if (py.tokens[end]?.text !== '(') return undefined;
  return itemsOf(py.tokens, { from: end, to })[0];
}

function importedTask(py: PythonFile, at: number, maker: TaskMaker, parts: readonly string[]): TaskFunction {
  const given = maker.options?.keywords.find(({ name }) => name === 'name')?.value;
  const celeryName = given === undefined ? undefined : stringOf(py.tokens, given);
  return {
    functionName: parts.at(-1) ?? '',
    qualifiedName: parts.join('.'),
    ...(celeryName === undefined ? {} : { celeryName }),
    decorator: maker.decorator,
    place: py.place(at),
    top: py.place(at),
    options: optionsOf(py, maker),
    raisesRetry: [],
    sideEffects: [],
  };
}
