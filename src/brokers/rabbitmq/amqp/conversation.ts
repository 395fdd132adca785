import { randomUUID } from 'node:crypto';
import { Problem } from '../../../base/problem';
import { parsePythonJsonBytes } from '../../../wire/pythonJson';
import { text } from '../../../wire/plainJson';
import { answerIn, type Answer } from '../../workers/answer';
import type { Method } from '../../workers/questions';
import type { Round } from '../../workers/told';
import type { AmqpLine, RawReply } from './line';

/**
 * In this order, because a task goes from `scheduled` to `reserved` to `active`: one that moves meanwhile is reported twice, and never
 * missed. All at once: a worker that cannot encode an answer gives none and goes on (measured on Celery 5.2.6 and 5.5.2).
 */
const ABOUT_WORKERS = ['ping', 'registered', 'revoked', 'active_queues', 'stats'] as const satisfies Method[];
const ABOUT_TASKS = ['scheduled', 'reserved', 'active'] as const satisfies Method[];

/** A worker that is free answers in some milliseconds; a busy one gets this long. */
const PATIENCE_MS = 4000;
/** Where it is not known how many answers come, this long after the last one. */
const QUIET_MS = 2000;
/** Beyond this, answers are not kept. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Heard extends Round {
  /** Workers whose answers are not JSON and were not read. */
  readonly unreadable: number;
}

interface Posted {
  readonly method: Method;
  /** By the worker's name, with how often it came: two workers can have one name. */
  received: number;
}

/** All questions to all workers of one virtual host, over one connection. */
export class Conversation {
  private readonly answers = new Map<Method, Answer[]>();
  private readonly posted = new Map<string, Posted>();
  private bytes = 0;
  private unreadable = 0;
  private last = 0;

  /** @param expected workers whose mailboxes are open; null: not known */
  constructor(
    private readonly line: AmqpLine,
    private readonly expected: number | null,
  ) {}

  /** @throws Problem: `permission`, or where the connection ended */
  async open(): Promise<void> {
    await this.line.openReplies((reply) => {
      this.take(reply);
    });
  }

  /** What workers are, and what they have. @throws Problem */
  async first(): Promise<Heard> {
    return await this.put([...ABOUT_WORKERS, ...ABOUT_TASKS]);
  }

  /** What they have now. @throws Problem */
  async again(): Promise<Heard> {
    for (const method of ABOUT_TASKS) this.answers.delete(method);
    return await this.put(ABOUT_TASKS);
  }

  private async put(methods: readonly Method[]): Promise<Heard> {
    const questions = methods.map((method): Posted => {
      const ticket = randomUUID();
      const question = { method, received: 0 };
      this.posted.set(ticket, question);
      this.line.ask(method, ticket);
      return question;
    });
    const began = performance.now();
    this.last = began;
    for (;;) {
      const end = this.expected === null ? Math.min(began + PATIENCE_MS, this.last + QUIET_MS) : began + PATIENCE_MS;
      const left = end - performance.now();
      if (left <= 0 || this.complete(questions)) break;
      await this.line.next(left);
      if (this.bytes > MOST_BYTES)
        throw new Problem('unknown', 'The answers of the workers are larger than 64 MB, so they were not read.');
    }
    const heard = Math.max(0, ...questions.map(({ received }) => received));
    return {
      receivers: Math.max(this.expected ?? 0, heard),
      answers: new Map(this.answers),
      unreadable: this.unreadable,
    };
  }

  private complete(questions: readonly Posted[]): boolean {
    const { expected } = this;
    return expected !== null && questions.every(({ received }) => received >= expected);
  }

  private take({ ticket, contentType, body }: RawReply): void {
    this.bytes += body.length;
    this.last = performance.now();
    const question = this.posted.get(text(ticket) ?? '');
    if (!question || this.bytes > MOST_BYTES) return;
    question.received++;
    // What is not JSON would have to be loaded to know whose it is.
    const answer = contentType === 'application/json' ? answerIn(parsePythonJsonBytes(body)) : null;
    if (answer) this.answers.set(question.method, [...(this.answers.get(question.method) ?? []), answer]);
    else if (question.method === 'ping') this.unreadable++;
  }
}
