import { escapeUnsafe } from '../base/unsafeText';
import type { Caller, CallerSearch, CallHow, SourceFiles, TaskNamed } from './model';
import { chainsIn, cut, isCalled, isRest, type Chain } from './expressions';
import { identifier } from './identifiers';
import { Modules, type Answer } from './modules';
import { qualifiedName, resolve } from './names';
import type { PythonFile } from './pythonFile';
import { countsText, readAll } from './readAll';
import { tasksOf } from './tasks';

const METHODS: Readonly<Record<string, CallHow>> = {
  delay: 'delay',
  adelay: 'delay',
  delay_on_commit: 'delay',
  apply_async: 'apply_async',
  aapply_async: 'apply_async',
  apply_async_on_commit: 'apply_async',
  s: 'signature',
  si: 'signature',
  signature: 'signature',
  subtask: 'signature',
  map: 'signature',
  starmap: 'signature',
  chunks: 'signature',
};
const BY_NAME: Readonly<Record<string, CallHow>> = {
  send_task: 'send_task',
  signature: 'signature',
  Signature: 'signature',
  subtask: 'signature',
};
const MOST = 1000;

/** What the callers may call the task. */
interface Names {
  readonly module: readonly string[];
  /** The function's, and that of a variable which holds the task. */
  readonly symbols: ReadonlySet<string>;
  /** As messages name it. */
  readonly celery: ReadonlySet<string>;
}

/**
 * The places that send a task to Celery. Reads every Python file, but looks closely only at those in which its name stands.
 * @throws Problem `cancelled`
 */
export async function findCallers(files: SourceFiles, task: TaskNamed, signal: AbortSignal): Promise<CallerSearch> {
  const modules = new Modules(files, signal);
  const names = await namesOf(modules, task);
  const callers: Caller[] = [];
  const visit = async (py: PythonFile): Promise<void> => {
    const inTest = isTest(files.path(py.file));
    for await (const { token, how, certain } of callsIn(modules, py, names)) {
      const scope = py.scopeAt(token);
      const inFunction = scope < 0 ? {} : { inFunction: qualifiedName(py, scope) };
      if (callers.length < MOST)
        callers.push({ place: py.place(token), how, text: cut(py.lineText(token)), ...inFunction, certain, inTest });
    }
  };
  const words = [...names.symbols, ...names.celery];
  const wanted = (text: string): boolean => words.some((word) => text.includes(word));
  const all = await files.python(signal);
  const counts = await readAll(files, all, wanted, visit, signal);
  const order = new Map(all.map((file, index) => [file, index]));
  callers.sort((a, b) => rank(a) - rank(b) || byPlace(order, a, b));
  const more = callers.length < MOST ? '' : `; only the first ${String(MOST)} places were taken`;
  const [named, sending] = [callers.filter(({ how }) => how === 'name'), callers.filter(({ how }) => how !== 'name')];
  return {
    callers: sending,
    mentions: named,
    looked: escapeUnsafe(`Looked for calls of ${task.taskName} in ${countsText(counts)}${more}.`),
  };
}

interface Call {
  readonly token: number;
  readonly how: CallHow;
  readonly certain: boolean;
}

async function* callsIn(modules: Modules, py: PythonFile, names: Names): AsyncGenerator<Call> {
  const chains = chainsIn(py.tokens, { from: 0, to: py.tokens.length });
  for (const chain of chains) {
    const call = callOf(py, chain, names);
    if (call === undefined) continue;
    const answer = await isTask(modules, py, chain, call.base, names);
    // An attribute of something unknown may be called by any name; that it is sent like a task says more.
    if (answer === 'yes' || (answer === 'unclear' && call.how !== 'call'))
      yield { token: chain.from, how: call.how, certain: answer === 'yes' };
  }
  yield* namedIn(py, names);
}

/** A chain that may send the task, by its words alone. */
function callOf(
  py: PythonFile,
  { parts, from, to }: Chain,
  { symbols }: Names,
): { readonly base: readonly string[]; readonly how: CallHow } | undefined {
  const last = parts.at(-1) ?? '';
  const called = isCalled(py.tokens, { parts, from, to });
  const method = Object.hasOwn(METHODS, last) ? METHODS[last] : undefined;
  // `on_commit(add.delay)` and `partial(add.delay, 1)` hand it on.
  if (method !== undefined && parts.length > 1 && (called || method !== 'signature'))
    return { base: parts.slice(0, -1), how: method };
  const before = py.tokens[from - 1]?.text;
  // `schedule_task(add, '5d').call(1)` of celery-task-manager 1.11.4, `django/actions.py`.
  if (before === '(' && py.tokens[from - 2]?.text === 'schedule_task') return { base: parts, how: 'schedule' };
  if (!called || before === 'def' || before === 'class' || before === '@') return undefined;
  // By another name it is found where it was imported under that name.
  return symbols.has(last) || parts.length === 1 ? { base: parts, how: 'call' } : undefined;
}

async function isTask(
  modules: Modules,
  py: PythonFile,
  chain: Chain,
  base: readonly string[],
  names: Names,
): Promise<Answer> {
  if (isRest(py.tokens, chain)) return names.symbols.has(base.at(-1) ?? '') ? 'unclear' : 'no';
  const resolved = resolve(py, py.scopeAt(chain.from), base);
  const meant = resolved.kind === 'import' ? resolved.parts : base;
  const last = meant.at(-1) ?? '';
  if (!names.symbols.has(last)) return 'no';
  return modules.means(py, resolved, base, { module: names.module, name: last });
}

/** Where the task's full name stands as a text. */
function* namedIn(py: PythonFile, { celery }: Names): Generator<Call> {
  for (const [token, { value }] of py.tokens.entries()) {
    if (value === undefined || !celery.has(identifier(value))) continue;
    const before = py.tokens[token - 1]?.text;
    const key = py.tokens[token - 2];
    // The name in its own decorator.
    if (before === '=' && key?.text === 'name') continue;
    if (before === '(' && key !== undefined && Object.hasOwn(BY_NAME, key.text))
      yield { token, how: BY_NAME[key.text] ?? 'name', certain: true };
    else if ((before === ':' && key?.value === 'task') || (before === '=' && key?.text === 'task'))
      yield { token, how: 'schedule', certain: true };
    else yield { token, how: 'name', certain: true };
  }
}

/** The names that the task's own module gives it; without that module only those of its row. */
async function namesOf(modules: Modules, named: TaskNamed): Promise<Names> {
  const [taskModule, taskName] = [identifier(named.taskModule), identifier(named.taskName)];
  const module = taskModule.split('.');
  const symbols = new Set([taskName]);
  const celery = new Set([`${taskModule}.${taskName}`]);
  for (const { file } of await modules.named(module)) {
    const py = await modules.file(file);
    for (const task of py === undefined ? [] : tasksOf(py)) {
      if (task.functionName !== taskName && task.qualifiedName !== `${taskName}.run`) continue;
      if (task.assignedTo !== undefined) symbols.add(task.assignedTo);
      if (task.celeryName !== undefined) celery.add(identifier(task.celeryName));
    }
  }
  return { module, symbols, celery };
}

function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?\/|conftest\.py$|test_[^/]*$|[^/]*_tests?\.py$)/.test(path);
}

function rank({ certain, inTest }: Caller): number {
  return (inTest ? 2 : 0) + (certain ? 0 : 1);
}

function byPlace(order: ReadonlyMap<string, number>, { place: a }: Caller, { place: b }: Caller): number {
  return (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column;
}
