import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { cancelled, Problem, throwIfCancelled } from '../../../base/problem';
import type { Meter } from '../../../ports/meter';
import { authority } from '../authority';
import { managementText, type ManagementAddress } from './address';
import { isAllowed } from './paths';
import { toLineProblem, tooLarge, tooSlow, toRefusal, type Asked } from './problem';

/** A number of seconds for an answer, and of bytes that it may have. */
export interface Limits {
  readonly seconds: number;
  readonly bytes: number;
}

/** The management API answers in some milliseconds; a queue that is busy delays its numbers (measured: by as long as it is busy). */
const LIMITS: Limits = { seconds: 15, bytes: 16_000_000 };

/** An answer in JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers that are data although their status is that of an error: the health check says 503 where an alarm is on. */
const ALARMED = 503;

/**
 * The management HTTP API of one RabbitMQ, by Node's own client. It only reads: any path that is not in its list is refused before it is
 * sent, redirects are not followed, and certificates are checked. One question goes after the other over one connection.
 */
export class ManagementApi {
  private readonly agent: HttpAgent | HttpsAgent;
  private requests = 0;
  private bytes = 0;
  private closed: (() => void) | undefined;

  /** @param vhost that of the broker, for sentences */
  constructor(
    readonly address: ManagementAddress,
    readonly vhost: string,
    private readonly signal: AbortSignal,
    private readonly meter: Meter,
    private readonly limits: Limits = LIMITS,
  ) {
    const options = { keepAlive: true, maxSockets: 1 };
    this.agent = address.tls ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** For people, never with a password. */
  get place(): string {
    return managementText(this.address);
  }

  /** Requests that were sent so far. */
  get sent(): number {
    return this.requests;
  }

  /**
   * @param path below `/api`, as `pathOf` makes it
   * @returns the data
   * @throws Problem in words for a person: `permission` where this user may not see it, `database-missing` where it is not there
   */
  async get(path: string, limits = this.limits): Promise<unknown> {
    const { status, body } = await this.ask(path, limits);
    if (status !== 200) throw toRefusal(this.asked(path), { status, contentType: 'application/json', body });
    return body;
  }

  /** The same with answers of the health check, whose status is 503 where an alarm is on. */
  async check(path: string): Promise<Answer> {
    const answer = await this.ask(path, this.limits);
    if (answer.status === 200 || answer.status === ALARMED) return answer;
    throw toRefusal(this.asked(path), { ...answer, contentType: 'application/json' });
  }

  /** Closes the connection. Call it however reading ended. */
  close(): void {
    this.agent.destroy();
    this.closed?.();
    this.closed = undefined;
  }

  private asked(path: string): Asked {
    return { address: this.address, path, vhost: this.vhost };
  }

  private async ask(path: string, limits: Limits): Promise<Answer> {
    if (!isAllowed(path)) throw new Problem('invalid', 'A path of the management API was refused before it was sent.');
    throwIfCancelled(this.signal);
    this.closed ??= this.meter.opened('rabbitmq', () => ({ asked: this.requests, receivedBytes: this.bytes }));
    const asked = this.asked(path);
    const late = AbortSignal.timeout(limits.seconds * 1000);
    try {
      return await this.meter.waits('rabbitmq', () => this.send(asked, limits, AbortSignal.any([this.signal, late])));
    } catch (error) {
      if (this.signal.aborted) throw cancelled();
      if (late.aborted) throw tooSlow(asked, limits.seconds);
      throw toLineProblem(asked, error);
    }
  }

  private async send(asked: Asked, limits: Limits, signal: AbortSignal): Promise<Answer> {
    const response = await this.respond(asked, signal);
    const text = await this.textOf(response, asked, limits);
    const status = response.statusCode ?? 0;
    const contentType = response.headers['content-type'] ?? '';
    const { location } = response.headers;
    const body = parsed(text);
    if (body === undefined || (status >= 300 && status < 400))
      throw toRefusal(asked, { status, contentType, ...(location === undefined ? {} : { location }), body });
    return { status, body };
  }

  private async respond({ address, path }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
    const { host, port, prefix, user, password, tls } = address;
    const ca = tls?.caFile === undefined ? undefined : await authority(tls.caFile);
    const options = {
      method: 'GET',
      host,
      port,
      path: `${prefix}/api${path}`,
      auth: `${user}:${password}`,
      headers: { accept: 'application/json' },
      agent: this.agent,
      signal,
    };
    this.requests++;
    return await new Promise((resolve, reject) => {
      const sent = tls
        ? // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not decide it.
          httpsRequest({ ...options, rejectUnauthorized: tls.verify, ...(ca === undefined ? {} : { ca }) }, resolve)
        : httpRequest(options, resolve);
      sent.on('error', reject);
      sent.end();
    });
  }

  private async textOf(response: IncomingMessage, asked: Asked, { bytes: most }: Limits): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      this.bytes += chunk.length;
      // Leaving the loop destroys the answer and its connection.
      if (size > most) throw tooLarge(asked, most);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** @returns undefined where it is no JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
