import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { BrokerMessage, MessageBounds, RowFacts, StuckRow, World } from '../../model/facts';
import { number } from '../../base/numbers';
import { duration, lockWords } from './words';
import { moment } from '../../base/moment';
import { endOf } from '../../causes/general/recordedEnds';
import { celeryName, overtakenBy, queuesWereEmptySince } from '../../causes/helpers';
import { likelyHasNone } from '../bounds';
import { taskManagerRow } from '../../tables/taskManager/row';

/** Of one row's messages at most so many are told. */
const TOLD = 3;

/** Where its messages are, or where they were looked for; and what only has its number. */
export function brokerEvidence(facts: RowFacts, world: World): Evidence[] {
  return [
    ...placeEvidence(facts.messages, world, countedWords(facts.row, world)),
    ...endEvidence(facts),
    ...numberEvidence(facts),
    ...lockEvidence(facts, world),
  ];
}

/** Of a row that ended, what becomes of a message that still comes for it. */
function endEvidence({ row, messages }: RowFacts): Evidence[] {
  if (messages.length === 0 || taskManagerRow(row) === null || endOf(row.status)?.endsMessages !== true) return [];
  return [says(`The worker that takes that message will discard it, because the status is ${row.status}.`)];
}

/** Where these messages are, or where they were looked for. @param counted what the numbers of a counted broker come to, with a space before */
export function placeEvidence(
  messages: readonly BrokerMessage[],
  { broker, now }: Pick<World, 'broker' | 'now'>,
  counted = boundsWords(broker.bounds),
): Evidence[] {
  if (messages.length > 0) return messages.slice(0, TOLD).map((message) => messageSeen(message, now));
  if (!wasRead(broker.report)) return [says(`Not searched: ${broker.report.detail}.`)];
  if (!broker.found && broker.contents === 'counted')
    return [says('This broker has no queue or exchange of Celery: the broker is elsewhere or was emptied.')];
  if (!broker.found)
    return [says('This Redis has no Celery queue (no _kombu.binding key): the broker is elsewhere or was emptied.')];
  if (broker.contents === 'counted')
    return [says(`The messages of this broker were counted but not read: ${broker.searched}.${counted}`)];
  if (broker.contents === 'part')
    return [
      says(
        `Message not found in the part that was searched (${broker.searched}). The rest was not searched: ${broker.incompleteBecause ?? 'unknown reason'}.`,
      ),
    ];
  return [says(`Message not found in ${broker.searched}, by task id or task_manager_id.`)];
}

/** A sentence more, where no message can have escaped the count. */
function boundsWords(bounds: MessageBounds | undefined): string {
  if (!bounds) return '';
  if (bounds.somewhereAtMost === 0) return ' So no task has a message there.';
  const some = bounds.somewhereAtMost === 1 ? 'one task' : `${number(bounds.somewhereAtMost)} tasks`;
  return ` So at most ${some} of all types can have a message there.`;
}

/** What the numbers come to for one row. */
function countedWords(row: StuckRow, world: World): string {
  const { bounds, emptySecondsAgo } = world.broker;
  if (!bounds || bounds.somewhereAtMost === 0) return boundsWords(bounds);
  if (emptySecondsAgo !== undefined && queuesWereEmptySince(row, world))
    return ` Each queue was empty at some time in the last ${duration(emptySecondsAgo)}, after the message of this task was published at the latest. So this task has no message there, unless it was sent again since.`;
  const began = overtakenBy(row, world);
  const overtaken =
    began === null
      ? ''
      : ` A task that was created at ${moment(began)} has already started, so this one has left its queue unless a worker gave its message back, or it was sent again.`;
  return `${alikeWords(row, world, bounds) ?? boundsWords(bounds)}${overtaken}`;
}

/** `At most 37 of 1,204 tasks of this type can be waiting` */
function alikeWords(row: StuckRow, { alike }: World, bounds: MessageBounds): string | undefined {
  const like = alike?.get(celeryName(row));
  if (!like || like.rows <= bounds.somewhereAtMost) return undefined;
  const { waitingAtMost: waiting, heldAtMost: held } = bounds;
  const places = [
    ...(waiting === 0 ? [] : [`at most ${number(waiting)} can be waiting`]),
    ...(held === 0 ? [] : [`at most ${number(held)} can be with a worker`]),
  ];
  const few =
    places.length === 0 ? `at most ${number(bounds.somewhereAtMost)} can have a message there` : places.join(' and ');
  const likely = likelyHasNone(like, bounds) ? ', so this one probably has no message' : '';
  return ` Of ${number(like.rows)} tasks of this type, ${few}${likely}.`;
}

/** A number alone is no proof: every application that uses the library has a row with it. */
function numberEvidence({ row, doubtful, sameNumber }: RowFacts): Evidence[] {
  const maybe = [...(doubtful?.messages ?? []), ...(doubtful?.tasks ?? [])].map(({ task }) => task);
  const out: Evidence[] = [];
  if (maybe.length > 0)
    out.push(says(`A message of ${names(maybe)} has the row id ${String(row.id)}, but may belong to another row.`));
  if (sameNumber)
    out.push(
      says(
        `A message with the row id ${String(row.id)} belongs to another row: it is of ${names(sameNumber)}, or it has other arguments. Another project or environment may share this Redis.`,
      ),
    );
  return out;
}

function names(tasks: readonly string[]): string {
  const different = [...new Set(tasks)];
  const shown = different.slice(0, TOLD).map((name) => (name === '' ? 'a task without a name' : name));
  return different.length > TOLD ? `${shown.join(', ')} and others` : shown.join(' and ');
}

function lockEvidence({ messages }: RowFacts, { broker }: World): Evidence[] {
  const taken = messages.some(({ place }) => place === 'unacked');
  return taken ? broker.locks.map((lock) => says(`${capital(lockWords(lock))}.`)) : [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where a message is. @param now the server's clock, in seconds */
export function messageSeen(message: BrokerMessage, now: number): Evidence {
  const about = [
    message.libraryAttempts === null ? null : `retry after attempt ${String(message.libraryAttempts)}`,
    message.eta === null ? null : `not before ${moment(message.eta)}`,
    message.expires === null ? null : `${message.expires <= now ? 'expired' : 'expires'} at ${moment(message.expires)}`,
    message.redelivered ? 'redelivered' : null,
    message.match === 'number-and-name' ? 'matched by row id and task name; the arguments could not be compared' : null,
    message.inferred === true ? "its key looks like one of Celery's, but no binding or worker names it" : null,
  ].filter((part) => part !== null);
  const more = about.length === 0 ? '' : ` (${about.join(', ')})`;
  if (message.place === 'unacked') {
    const since =
      message.deliveredAt === null
        ? ''
        : ` ${duration(now - message.deliveredAt)} ago (at ${moment(message.deliveredAt)})`;
    return {
      source: 'broker',
      says: `A worker took its message from ${message.queue}${since} and has not acknowledged it${more}.`,
      supports: 'held',
    };
  }
  const list = message.priority === null || message.priority === 0 ? '' : ` with priority ${String(message.priority)}`;
  const place =
    message.position === null
      ? ''
      : `, position ${number(message.position)} of ${number(message.listLength ?? message.position)}`;
  return {
    source: 'broker',
    says: `Its message is in queue ${message.queue}${list}${place}${more}.`,
    supports: 'waiting',
  };
}

function says(text: string): Evidence {
  return { source: 'broker', says: text };
}
