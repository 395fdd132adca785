import { randomUUID } from 'node:crypto';
import { throwIfCancelled } from '../../../base/problem';
import type { Mailbox, RedisReader } from '../../../ports/redis';
import { decodeReply } from './envelope';
import { allTasksAreJson, takenMessagesAreJson } from './jsonOnly';
import { HARMLESS_QUESTIONS, HOLDING_QUESTIONS, questionChannel, questionText, SETTINGS_QUESTIONS } from './methods';
import type { Answer } from '../../workers/answer';
import type { Round } from '../../workers/told';
import type { Method } from '../../workers/questions';

/** Answers that come after the last look find the list, and go with it. */
const REPLY_LIST_SECONDS = 3600;

/** What the workers of one prefix answered. */
export interface Conversation extends Round {
  /** `global_keyprefix` of these workers. */
  readonly prefix: string;
  /** Workers that were not asked what they hold, because not everything there is JSON. */
  readonly spared: readonly string[];
  /** Workers whose answers are not JSON and were not read. */
  readonly unreadable: number;
}

interface Posted {
  readonly method: Method;
  readonly expected: number;
  received: number;
}

/**
 * Puts the questions to all workers of one prefix. First `ping`: who receives it is counted by Redis itself. With it what is harmless to
 * every worker; then the rest, to one worker first, and what they hold only to those for which that is harmless. PUBLISH has delivered a question to all its receivers
 * when it returns, so a silent worker (a busy `solo` one answers when it is done) is given more time and not asked again.
 * @param timeoutSeconds for one round; the silent ones get it twice
 * @throws Problem when asking or the connection failed
 */
export async function converse(
  redis: RedisReader,
  mailbox: Mailbox,
  where: { readonly prefix: string; readonly db: number; readonly takenKeys?: readonly string[] },
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Conversation> {
  const replyList = `${randomUUID()}.reply.celery.pidbox`;
  const key = where.prefix + replyList;
  const channel = questionChannel(where.prefix, where.db);
  const answers = new Map<Method, Answer[]>();
  const posted = new Map<string, Posted>();
  let receivers = 0;
  let unreadable = 0;

  const post = async (method: Method, destination: readonly string[] | null): Promise<Posted> => {
    const ticket = randomUUID();
    const text = questionText({ method, ticket, destination, replyList, deliveryTag: randomUUID() });
    const count = await mailbox.publish(channel, text);
    receivers = Math.max(receivers, count);
    const question = { method, expected: destination?.length ?? count, received: 0 };
    posted.set(ticket, question);
    return question;
  };

  const collect = async (questions: readonly Posted[]): Promise<void> => {
    const deadline = performance.now() + 2 * timeoutSeconds * 1000;
    while (!complete(questions)) {
      throwIfCancelled(signal);
      const left = deadline - performance.now();
      if (left <= 0) return;
      // In short waits, so that an abort does not wait for the deadline.
      const reply = await mailbox.nextReply(key, Math.min(left / 1000, 0.25));
      const decoded = reply && decodeReply(reply);
      const question = decoded ? posted.get(decoded.ticket) : undefined;
      if (!decoded || !question) continue;
      question.received++;
      if (decoded.answer) answers.set(question.method, [...(answers.get(question.method) ?? []), decoded.answer]);
      else if (question.method === 'ping') unreadable++;
    }
  };

  const tellMore = async (names: readonly string[], json: ReadonlySet<string>): Promise<boolean> => {
    const holding = names.filter((name) => json.has(name));
    const questions: Posted[] = [];
    for (const method of SETTINGS_QUESTIONS) questions.push(await post(method, names));
    if (holding.length > 0) for (const method of HOLDING_QUESTIONS) questions.push(await post(method, holding));
    await collect(questions);
    return complete(questions);
  };

  await mailbox.openReplyList(key, REPLY_LIST_SECONDS);
  let spared: string[] = [];
  try {
    const [first, ...others] = HARMLESS_QUESTIONS;
    const questions = [await post(first, null)];
    if (receivers > 0) {
      for (const method of others) questions.push(await post(method, null));
      await collect(questions);
      const registered = answers.get('registered') ?? [];
      const names = [...new Set(registered.map(({ worker }) => worker))].sort();
      const json = new Set(
        (await takenMessagesAreJson(redis, [`${where.prefix}unacked`, ...(where.takenKeys ?? [])]))
          ? names.filter((name) => registered.every(({ worker, value }) => worker !== name || allTasksAreJson(value)))
          : [],
      );
      spared = names.filter((name) => !json.has(name));
      // One worker first: should its answer stop it, it must not stop the others too.
      if (names.length > 0 && (await tellMore(names.slice(0, 1), json)) && names.length > 1)
        await tellMore(names.slice(1), json);
    }
  } finally {
    // While somebody may still answer, the list must keep its guard and its expiry.
    if (complete([...posted.values()]) && !signal.aborted) await mailbox.removeReplyList(key);
  }
  return { prefix: where.prefix, receivers, answers, spared, unreadable };
}

function complete(questions: readonly Posted[]): boolean {
  return questions.every((question) => question.received >= question.expected);
}
