import type { TaskOption } from './model';
import { argumentsAt, chainAt, isCalled, writtenAs, type Arguments } from './expressions';
import { resolve } from './names';
import type { PythonFile } from './pythonFile';
import type { Span } from './statements';

const TASK = /^(?:task|shared_task|periodic_task)$/;
/** Their `@task` makes something else. */
const NOT_CELERY = new Set(
  'airflow arq dramatiq fabric flytekit huey invoke kedro locust metaflow prefect procrastinate rq taskiq'.split(' '),
);

/** What options mean for running a task again (celery-task-manager 1.11.4, `core/decorators.py`; Celery 5.6, `app/task.py`). */
const MEANINGS: Readonly<Record<string, string>> = {
  transaction:
    'The body runs in one database transaction: what it wrote before an error is taken back, what it sent outside is not.',
  reverse: 'Names the function that undoes the work of this task; it runs only when somebody reverses the task.',
  fallback:
    'Runs when the body raises an error with a text, with the same arguments; then what it does happens as well.',
  priority:
    'The priority of the message that runs the body; one that is sent again by RetryTask has the default priority.',
  bind: 'The body gets the task as first argument; it is not among the arguments of the row.',
  acks_late: 'The message is taken off the queue only after the run: a worker that dies leaves it to run once more.',
  autoretry_for: 'Has no effect on errors of the body: the library catches them before Celery sees them.',
  time_limit: 'A run that takes longer is killed and leaves its row as it is.',
};

/** A decorator, or call, that makes a task. */
export interface TaskMaker {
  /** As it is written, without its options. */
  readonly decorator: string;
  /** Of its call; absent where it is not called. */
  readonly options?: Arguments;
}

/** The maker among the decorators of a function. */
export function makerOf(py: PythonFile, definition: number): TaskMaker | undefined {
  const { decorators, parent } = py.definitions[definition] ?? { decorators: [], parent: -1 };
  for (const span of decorators) {
    const maker = taskMaker(py, span, parent);
    if (maker !== undefined) return maker;
  }
  return undefined;
}

/**
 * Whether calling the function sends it to Celery: the library's `@task` wraps it so (celery-task-manager 1.11.4, `core/decorators.py`);
 * what Celery itself decorates runs where it is called.
 */
export function isSentByCall({ decorator }: TaskMaker): boolean {
  return !decorator.includes('.') && decorator !== 'shared_task' && decorator !== 'periodic_task';
}

/** Reads an expression as something that makes a task: `shared_task`, `app.task(bind=True)`. */
export function taskMaker(py: PythonFile, span: Span, scope: number): TaskMaker | undefined {
  const chain = chainAt(py.tokens, span.from);
  if (chain === undefined || chain.to > span.to) return undefined;
  const resolved = resolve(py, scope, chain.parts);
  const parts = resolved.kind === 'import' ? resolved.parts : chain.parts;
  if (!TASK.test(parts.at(-1) ?? '') || parts.some((part) => NOT_CELERY.has(part))) return undefined;
  // Django's own tasks (from 6.0) are not Celery's.
  if (resolved.kind === 'import' && resolved.level === 0 && parts[0] === 'django') return undefined;
  const decorator = chain.parts.join('.');
  if (chain.to >= span.to || !isCalled(py.tokens, chain)) return { decorator };
  return { decorator, options: argumentsAt(py.tokens, chain.to, span.to) };
}

/** The options of a maker, as written. */
export function optionsOf(py: PythonFile, maker: TaskMaker): readonly TaskOption[] {
  return (maker.options?.keywords ?? []).map(({ name, at, value }) => {
    const means = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
    const option = { name, text: writtenAs(py.source, py.tokens, value), place: py.place(at) };
    return means === undefined || option.text === 'False' || option.text === 'None' ? option : { ...option, means };
  });
}
