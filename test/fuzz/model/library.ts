/**
 * celery-task-manager 1.11.4 as it writes its rows (core/decorators.py, django/tasks.py; docs/celery.md, "The life of a row"): each run has its
 * own copy of the row and saves the whole of it, so a later save puts back what another run wrote in between.
 */
import type { Random } from '../../support/random';
import type { Database, Row, Session } from './database';
import { DatabaseError } from './database';
import type { Kwargs, Message } from './redisModel';
import type { Steps } from './simulation';
import type { Left, Story } from './story';
import { nameOf, type Ending, type TaskType } from './tasks';

/** Publishing failed: kombu could not reach the broker for as long as it tries. */
export class PublishError extends Error {
  readonly type = 'OperationalError';
}
/** Celery's soft time limit (billiard `SoftTimeLimitExceeded`), whose text is not empty. */
export class SoftTimeLimit extends Error {
  readonly type = 'SoftTimeLimitExceeded';
  constructor() {
    super('SoftTimeLimitExceeded()');
  }
}
/** What a body raises. */
class BodyError extends Error {
  constructor(readonly ending: Exclude<Ending, 'returns'>) {
    super(ending === 'raises without a text' ? '' : ending);
  }
}
/** The library's own bug with an open circuit: an int is added to a time. */
class CircuitTypeError extends Error {
  readonly type = 'TypeError';
}

/** How often the library lets a task ask for a retry. */
const RETRIES_LIMIT = 10;
const RETRY_AFTER = 5;
const THROWN_AWAY = ['CANCELLED', 'REVERSED', 'PAUSED', 'ABORTED', 'DONE'];

export type Label =
  | 'inserted'
  | 'published'
  | 'saved its task id'
  | 'saved PENDING'
  | 'entered the body'
  | 'in the body'
  | 'left its effect'
  | 'raised'
  | 'asked for a retry'
  | 'published a page'
  | 'ended its body'
  | 'done';

/** One execution of a message in a worker's process. */
export interface Run {
  readonly message: Message;
  readonly type: TaskType;
  readonly session: Session;
  readonly clock: () => number;
  readonly random: Random;
  readonly database: Database;
  /** The line of the library's wrapper that it is at, as a traceback names it. */
  place: string;
  /** Publishes a message of this type. @throws PublishError */
  publish(
    kwargs: Kwargs,
    options: { readonly eta?: number; readonly story: Story; readonly first?: true },
  ): Steps<Message>;
  /** Says how far it is, for faults that are to hit just there. */
  reached(label: Label, story: Story): void;
  /** Its row, once it has one, and whether it only publishes. */
  attach(story: Story, publishing: boolean): void;
}

const LEAVING_TRANSACTION = 'with self._get_transaction_context(x):';

/** What Celery stores of an exception that left the wrapper; not everybody installs the source beside the code. */
export function tracebackOf({ place }: Pick<Run, 'place'>, random: Random): string | null {
  if (random.next() < 0.15) return null;
  const frame = (file: string, name: string, code: string): string =>
    `  File "${file}", line 1, in ${name}\n    ${code}\n`;
  const wrapping = frame('/venv/task_manager/core/decorators.py', 'wrapper', place);
  return `Traceback (most recent call last):\n${frame('/venv/celery/app/trace.py', 'trace_task', 'R = retval = fun(*args, **kwargs)')}${wrapping}Error`;
}

/** @returns whether the wrapper returned a value other than None */
export function* wrapper(run: Run): Steps<boolean> {
  const { message, type, session, database } = run;
  const { page = 0, total_pages: pages = type.pages, attempts, task_manager_id: id } = message.kwargs;
  const lastRun = run.clock();
  message.story?.begin();
  run.place = 'x = self._get_task_manager(task_manager_id)';
  const row = id === undefined ? undefined : yield* session.select(id);
  if (!row) {
    yield* makeRow(run, page, pages, lastRun);
    return false;
  }
  const story = database.stories.get(row.id)!;
  if (THROWN_AWAY.includes(row.status)) {
    row.killed = true;
    yield* session.save(row);
    story.throwAway(`its message came, and was thrown away because the row is ${row.status}`, row.status === 'PAUSED');
    return false;
  }
  run.place = 'self._update_task_manager(x, **update)';
  story.resumed = false;
  story.page = Math.max(story.page, page);
  leave(
    story,
    'ended before the body',
    `run ${attempts === undefined ? `of page ${page + 1}` : `after ${attempts} attempts`} began`,
  );
  if (row.status === 'SCHEDULED') {
    row.startedAt = run.clock();
    row.status = 'PENDING';
  }
  if (attempts !== undefined) row.attempts = attempts + 1;
  else row.currentPage = page + 1;
  const current = attempts === undefined ? page + 1 : page;
  row.lastRun = lastRun;
  if (current > row.totalPages) {
    row.status = 'ERROR';
    row.message = `Task exceeded maximum pages (${current}/${row.totalPages})`;
  }
  yield* session.save(row);
  run.reached('saved PENDING', story);
  let value: boolean;
  if (type.transaction) session.begin();
  try {
    value = yield* execute(run, row, story, page);
  } catch (error) {
    run.place = 'return self._manage_exceptions(e, x, arguments, *args, **kwargs)';
    if (type.transaction) {
      run.place = LEAVING_TRANSACTION;
      if (!isBody(error, ['asks for a retry', 'aborts'])) session.rollBack();
      yield* session.commit();
    }
    return yield* manage(run, error, row, story);
  }
  run.place = LEAVING_TRANSACTION;
  if (type.transaction) yield* session.commit();
  run.place = 'self._update_task_manager(x, status="DONE")';
  bodyEnded(run, story, page);
  if (row.totalPages === current) {
    row.status = 'DONE';
    yield* session.save(row);
    run.reached('done', story);
    story.note('saved DONE');
  }
  return value;
}

function* makeRow(run: Run, page: number, pages: number, lastRun: number): Steps {
  const { message, type, session } = run;
  const request = requestOf(message);
  run.place = 'x = self._create_task_manager(';
  const row = yield* session.insert(
    {
      taskModule: type.module,
      taskName: type.name,
      args: message.args as number[],
      managerIdInArguments: false,
      status: 'SCHEDULED',
      taskId: '',
      message: null,
      attempts: 1,
      currentPage: page,
      totalPages: pages,
      killed: false,
      exception: null,
      lastRun,
      startedAt: null,
    },
    request,
  );
  const story = run.database.stories.get(row.id)!;
  run.attach(story, true);
  story.note('inserted');
  run.reached('inserted', story);
  run.place = 'result = self.schedule(task_module, task_name, args, kwargs)';
  const published = yield* run.publish(
    { ...message.kwargs, task_manager_id: row.id, ...(pages > 1 ? { total_pages: pages } : {}) },
    { story, first: true },
  );
  run.reached('published', story);
  run.place = 'self._update_task_manager(x, task_id=result.id)';
  row.taskId = published.taskId;
  row.managerIdInArguments = true;
  yield* session.save(row);
  story.note(`the first message saved the task id and ${row.status}`);
  run.reached('saved its task id', story);
}

function* execute(run: Run, row: Row, story: Story, page: number): Steps<boolean> {
  row.message = '';
  yield* run.session.save(row);
  leave(story, 'ended in the body', 'entered the body');
  story.failureRecorded = false;
  run.reached('entered the body', story);
  return yield* body(run, row, story, page);
}

function* body(run: Run, row: Row, story: Story, page: number): Steps<boolean> {
  const { type, random, session, clock } = run;
  const [from, to] = type.seconds;
  // Now and then a service answers very late.
  const seconds = (from + random.next() * (to - from)) * (random.next() < 0.01 ? 5 : 1);
  const ending = random.pick(type.endings);
  const at = random.next();
  const effect = { task: nameOf(type), key: JSON.stringify(row.args), failed: false };
  yield seconds * at;
  run.reached('in the body', story);
  if (type.effect === 'in the middle') yield* session.write({ ...effect, at: clock() });
  if (ending !== 'returns') throw new BodyError(ending);
  const more = page + 1 < row.totalPages && random.next() >= type.endsEarly;
  yield seconds * (1 - at);
  if (more) {
    yield* run.publish(
      { ...withoutAttempts(run.message.kwargs), page: page + 1, total_pages: row.totalPages },
      { story },
    );
    run.reached('published a page', story);
  }
  if (type.effect === 'last') {
    yield* session.write({ ...effect, at: clock() });
    run.reached('left its effect', story);
  }
  // What is left is no more than returning.
  story.note(more ? 'published the next page' : 'is at the end of its body');
  morePages.set(run, more);
  return type.returnsValue;
}

/** Whether the body published another page. */
const morePages = new WeakMap<Run, boolean>();

function bodyEnded(run: Run, story: Story, page: number): void {
  if (morePages.get(run) === true) {
    if (story.page > page) story.note(`page ${page + 1} ended, after the next one had begun`);
    else leave(story, 'a page ended', `page ${page + 1} ended`);
  } else {
    leave(story, 'ended', 'the body ended');
    story.done = true;
  }
  run.reached('ended its body', story);
}

/** What the wrapper does with an exception of the body, or of the saves around it. */
function* manage(run: Run, error: unknown, row: Row, story: Story): Steps<boolean> {
  const { session, type } = run;
  const text = error instanceof Error ? error.message : '';
  if (isBody(error, ['meets an open circuit'])) {
    leave(story, 'raised', 'met an open circuit');
    row.message = 'Circuit "payments" OPEN until later';
    yield* row.attempts >= RETRIES_LIMIT
      ? recordError(run, story, row, 'ERROR', row.message, 'CircuitBreakerError')
      : session.save(row);
    if (row.attempts < RETRIES_LIMIT) throw new CircuitTypeError();
    return false;
  }
  if (isBody(error, ['asks for a retry'])) {
    leave(story, 'asked for a retry in vain', 'asked for a retry');
    run.reached('asked for a retry', story);
    if (row.attempts >= RETRIES_LIMIT) {
      leave(story, 'raised', 'may not ask for another retry');
      yield* recordError(run, story, row, 'ERROR', text, 'RetryTask');
      return false;
    }
    yield* run.publish({ ...run.message.kwargs, attempts: row.attempts }, { story, eta: run.clock() + RETRY_AFTER });
    leave(story, 'asked for a retry', 'published its retry');
    return false;
  }
  leave(story, 'raised', `raised ${text === '' ? 'without a text' : `"${text}"`}`);
  run.reached('raised', story);
  if (isBody(error, ['aborts'])) {
    yield* recordError(run, story, row, 'ABORTED', text, 'AbortTask');
    return false;
  }
  if (text === '') return false;
  yield* recordError(run, story, row, 'ERROR', text, 'ValueError');
  return type.fallback && type.returnsValue;
}

function* recordError(run: Run, story: Story, row: Row, status: string, text: string, exception: string): Steps {
  row.status = status;
  row.message = text;
  row.exception = exception;
  yield* run.session.save(row);
  story.failureRecorded = true;
}

function isBody(error: unknown, endings: readonly Ending[]): boolean {
  return error instanceof BodyError && endings.includes(error.ending);
}

/** What is left of a run when it goes no further; noted at once, since it may be killed at any wait. */
function leave(story: Story, left: Left, says: string): void {
  story.left = left;
  story.note(says);
}

function withoutAttempts(kwargs: Kwargs): Kwargs {
  const copy: { -readonly [name in keyof Kwargs]: Kwargs[name] } = { ...kwargs };
  delete copy.attempts;
  return copy;
}

/** By its tag: a message that is delivered again is the same request. */
function requestOf({ tag }: Message): number {
  return Number.parseInt(tag.slice(-12), 10);
}

/** The exception's name in a result. */
export function typeOfError(error: unknown): string {
  if (error instanceof DatabaseError || error instanceof PublishError || error instanceof SoftTimeLimit)
    return error.type;
  return error instanceof CircuitTypeError ? error.type : 'Error';
}

/** What the admin and the library's own tasks do with a row. */
export function* operate(
  session: Session,
  id: number,
  action: 'resume' | 'pause' | 'cancel',
  publish: (row: Row) => Steps,
  story: Story,
): Steps {
  const row = yield* session.select(id);
  if (!row) return;
  if (action === 'resume') {
    if (['DONE', 'CANCELLED', 'REVERSED'].includes(row.status)) return;
    row.status = 'PENDING';
    row.killed = false;
    yield* session.save(row);
    story.note(`an operator resumed it, page ${row.currentPage + 1}`);
    story.resumed = true;
    yield* publish(row);
    return;
  }
  if (row.status !== 'PENDING') return;
  row.status = action === 'pause' ? 'PAUSED' : 'CANCELLED';
  yield* session.save(row);
  story.note(`an operator made it ${row.status}`);
}
