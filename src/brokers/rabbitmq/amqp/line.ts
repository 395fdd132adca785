import { randomUUID } from 'node:crypto';
import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib';
import { CLIENT_NAME } from '../../../base/clientName';
import { cancelled, Problem, throwIfCancelled } from '../../../base/problem';
import type { Meter } from '../../../ports/meter';
import { questionBody, type Method } from '../../workers/questions';
import type { AmqpServer } from '../amqpUrl';
import { authority } from '../authority';
import { mayHoldTasks, roleOf } from '../state/queueRole';
import { blockedBy, codeOf, lineProblem, noAddress, notPermitted } from './problem';

/** The exchange over which workers hear questions (kombu pidbox.py; Celery's `control_exchange` is `celery` unless it is set). */
export const QUESTIONS = 'celery.pidbox';
/** RabbitMQ's own place for answers (https://www.rabbitmq.com/docs/direct-reply-to): no queue is made, and it ends with the channel. */
const REPLIES = 'amq.rabbitmq.reply-to';

const OPEN_MS = 10_000;
/** A server that publishes at all returns a message within milliseconds; one under an alarm never does. */
const RETURN_MS = 3000;
const CLOSE_MS = 2000;
/** A worker that is stopped finds no old question when it goes on: milliseconds, as AMQP writes them. */
const EXPIRATION = '10000';

/** What a passive declaration says of a queue. Ready messages only: AMQP has no number of those that workers took. */
export interface Declared {
  readonly ready: number;
  readonly consumers: number;
}

/** Why there is no number: no such queue, one that is another connection's own, or one that this user may not see. */
export type NotDeclared = 'missing' | 'exclusive' | 'forbidden';

/** One worker's answer, not decoded yet. */
export interface RawReply {
  readonly ticket: unknown;
  readonly contentType: unknown;
  readonly body: Buffer;
}

/** What a server says of itself when a connection is made. */
export interface Greeting {
  readonly product: string;
  readonly version: string;
  readonly cluster: string;
}

/**
 * One AMQP connection, which can do three things: put Celery's harmless questions to workers, take their answers, and declare passively.
 * There is no way to send anything else over it: amqplib's own objects do not leave this class.
 */
export class AmqpLine {
  readonly #model: ChannelModel;
  readonly #destroy: () => void;
  readonly #signal: AbortSignal;
  readonly #meter: Meter;
  readonly #server: AmqpServer;
  readonly #counted: { asked: number; bytes: number };
  readonly #closed: () => void;
  #plain: Channel | undefined;
  #asking: Channel | undefined;
  #address: string | undefined;
  #failure: unknown;
  #blocked: string | undefined;
  #wake: () => void = () => undefined;

  private constructor(server: AmqpServer, model: ChannelModel, destroy: () => void, signal: AbortSignal, meter: Meter) {
    this.#server = server;
    this.#model = model;
    this.#destroy = destroy;
    this.#signal = signal;
    this.#meter = meter;
    this.#counted = { asked: 0, bytes: 0 };
    this.#closed = meter.opened('rabbitmq', () => ({
      asked: this.#counted.asked,
      receivedBytes: this.#counted.bytes,
    }));
    model.on('error', (error) => {
      this.#fails(error);
    });
    model.on('blocked', (reason) => {
      this.#blocked = reason;
      this.#wake();
    });
  }

  /** @throws Problem in words for a person */
  static async open(server: AmqpServer, signal: AbortSignal, meter: Meter): Promise<AmqpLine> {
    throwIfCancelled(signal);
    const { host, port, user, password, vhost, tls } = server;
    const ca = tls?.caFile === undefined ? undefined : await authority(tls.caFile);
    const { connect } = await import('amqplib');
    const life = new AbortController();
    const end = (): void => {
      life.abort();
    };
    const late = setTimeout(end, OPEN_MS);
    signal.addEventListener('abort', end, { once: true });
    const destroy = (): void => {
      signal.removeEventListener('abort', end);
      life.abort();
    };
    // amqplib hands these to Node's net or tls.
    const socket = {
      signal: life.signal,
      noDelay: true,
      clientProperties: { connection_name: CLIENT_NAME },
      // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not decide it.
      ...(tls ? { rejectUnauthorized: tls.verify, ...(ca === undefined ? {} : { ca }) } : {}),
    };
    try {
      const model = await meter.waits('rabbitmq', () =>
        connect(
          {
            protocol: tls ? 'amqps' : 'amqp',
            hostname: host,
            port,
            username: user,
            password,
            // amqplib decodes it.
            vhost: encodeURIComponent(vhost),
            // It is open for seconds, and every wait has its own end.
            heartbeat: 0,
          },
          socket,
        ),
      );
      return new AmqpLine(server, model, destroy, signal, meter);
    } catch (error) {
      const stopped = life.signal.aborted && !signal.aborted;
      destroy();
      if (signal.aborted) throw cancelled();
      throw lineProblem(server, stopped ? Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) : error);
    } finally {
      clearTimeout(late);
    }
  }

  /** As the server wrote it in its first frame. */
  get greeting(): Greeting {
    const {
      product,
      version,
      cluster_name: cluster,
    } = this.#model.connection.serverProperties as unknown as Readonly<Record<string, unknown>>;
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    return { product: text(product), version: text(version), cluster: text(cluster) };
  }

  /**
   * Declares a queue passively, which makes nothing. Only queues that may hold tasks: it renews the lease of one that expires when it is
   * not used, as those for questions, answers and events are.
   * @throws Problem
   */
  async declared(queue: string): Promise<Declared | NotDeclared> {
    if (!mayHoldTasks(roleOf(queue, false))) throw new Problem('invalid', 'A queue that may expire is not asked for.');
    const found = await this.#passive((channel) => channel.checkQueue(queue));
    return typeof found === 'string' ? found : { ready: found.messageCount, consumers: found.consumerCount };
  }

  /** Whether there is an exchange for questions: without one, no worker ever started here. @throws Problem */
  async hasMailboxes(): Promise<boolean> {
    const found = await this.#passive((channel) => channel.checkExchange(QUESTIONS));
    return found !== 'missing';
  }

  /**
   * Opens the way for answers, once: a message that leads nowhere comes back with the address that workers can send to.
   * @param onReply takes each answer @throws Problem: `permission`, or `unknown` where the server lets nobody publish now
   */
  async openReplies(onReply: (reply: RawReply) => void): Promise<void> {
    const channel = await this.#open();
    this.#asking = channel;
    let address: string | undefined;
    channel.on('return', ({ properties }: Message) => {
      const { replyTo } = properties as { readonly replyTo?: unknown };
      if (typeof replyTo === 'string' && replyTo.startsWith(`${REPLIES}.`)) address = replyTo;
      this.#wake();
    });
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) return;
      this.#counted.bytes += message.content.length;
      const { headers, contentType } = message.properties as { headers?: { ticket?: unknown }; contentType?: unknown };
      onReply({ ticket: headers?.ticket, contentType, body: message.content });
      this.#wake();
    };
    await this.#wait(() => channel.consume(REPLIES, take, { noAck: true }));
    this.#publish('', randomUUID(), Buffer.alloc(0), { mandatory: true, replyTo: REPLIES });
    const deadline = performance.now() + RETURN_MS;
    while (address === undefined) {
      this.#throwIfEnded();
      const left = deadline - performance.now();
      if (this.#blocked !== undefined || left <= 0) throw noAddress(this.#server, this.#blocked);
      await this.next(left);
    }
    this.#address = address;
  }

  /** Puts a question to all workers. @param ticket comes back with each answer @throws Problem */
  ask(method: Method, ticket: string): void {
    if (this.#address === undefined) throw new Problem('invalid', 'There is no way for answers yet.');
    this.#throwIfEnded();
    if (this.#blocked !== undefined) throw blockedBy(this.#server, this.#blocked);
    const body = questionBody(method, ticket, null, { exchange: '', routing_key: this.#address });
    this.#publish(QUESTIONS, '', Buffer.from(JSON.stringify(body)), {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 1,
      expiration: EXPIRATION,
      headers: { clock: 1 },
    });
  }

  /** Waits until something arrived. @param ms at most @throws Problem where the connection ended, or the check was cancelled */
  async next(ms: number): Promise<void> {
    await this.#meter.waits(
      'rabbitmq',
      () =>
        new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            this.#signal.removeEventListener('abort', done);
            this.#wake = () => undefined;
            resolve();
          };
          const timer = setTimeout(done, Math.max(1, ms));
          this.#wake = done;
          this.#signal.addEventListener('abort', done, { once: true });
        }),
    );
    this.#throwIfEnded();
  }

  /** Call it however the work ended. Never throws. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
    // A connection that failed is closed already, and says so.
    const polite = this.#signal.aborted ? Promise.resolve() : this.#model.close().catch(() => undefined);
    await Promise.race([polite, late]);
    clearTimeout(timer);
    this.#destroy();
    this.#closed();
  }

  async #open(): Promise<Channel> {
    const channel = await this.#wait(() => this.#model.createChannel());
    channel.on('error', (error) => {
      // The server refuses a passive declaration by closing its channel, and the caller gets that error.
      if (channel === this.#asking) this.#fails(error);
    });
    return channel;
  }

  async #passive<T>(declare: (channel: Channel) => Promise<T>): Promise<T | NotDeclared> {
    const channel = (this.#plain ??= await this.#open());
    try {
      return await this.#wait(() => declare(channel));
    } catch (error) {
      this.#plain = undefined;
      const refused = REFUSALS.get(error instanceof Problem ? codeOf(error.cause) : undefined);
      if (refused === undefined) throw error;
      return refused;
    }
  }

  #publish(exchange: '' | typeof QUESTIONS, key: string, body: Buffer, options: object): void {
    this.#counted.asked++;
    this.#asking?.publish(exchange, key, body, options);
  }

  async #wait<T>(work: () => Promise<T>): Promise<T> {
    this.#throwIfEnded();
    this.#counted.asked++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      }, OPEN_MS);
    });
    try {
      return await this.#meter.waits('rabbitmq', () => Promise.race([work(), late]));
    } catch (error) {
      if (this.#signal.aborted) throw cancelled();
      throw lineProblem(this.#server, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #fails(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  #throwIfEnded(): void {
    if (this.#signal.aborted) throw cancelled();
    if (this.#failure === undefined) return;
    throw codeOf(this.#failure) === 403
      ? notPermitted(this.#server, this.#failure)
      : lineProblem(this.#server, this.#failure);
  }
}

const REFUSALS: ReadonlyMap<number | undefined, NotDeclared> = new Map([
  [403, 'forbidden'],
  [404, 'missing'],
  [405, 'exclusive'],
]);
