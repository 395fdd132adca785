import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo } from 'node:net';

/** One thing that a client sent, decoded (AMQP 0-9-1, https://www.rabbitmq.com/resources/specs/amqp0-9-1.xml). */
export interface Sent {
  /** `queue.declare` */
  readonly method: string;
  /** Of the method, as far as tests look at them. */
  readonly queue?: string;
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly passive?: boolean;
  readonly mandatory?: boolean;
  readonly noAck?: boolean;
  /** Of a message. */
  readonly body?: string;
}

/** How a fake RabbitMQ behaves; what is not said here works. */
export interface FakeRabbit {
  /** Ready messages and consumers by queue. Others are missing. */
  readonly queues?: Readonly<Record<string, readonly [ready: number, consumers: number]>>;
  /** Queues of other connections. */
  readonly exclusive?: readonly string[];
  /** Whether there is an exchange for questions. */
  readonly mailboxes?: boolean;
  /** What the workers answer to a question, by name; nothing where a worker is silent. */
  readonly answer?: (question: Readonly<Record<string, unknown>>) => readonly Readonly<Record<string, unknown>>[];
  /** Why messages are not accepted. */
  readonly alarm?: string;
  /** An exchange that this user may not write to. */
  readonly refuses?: string;
  /** What is said instead of the greeting, or of opening the virtual host. */
  readonly instead?: { readonly of: 'tune' | 'open-ok'; readonly code: number; readonly text: string };
  /** Bytes that are sent instead of AMQP. */
  readonly speaks?: string;
  /** Nothing is ever said. */
  readonly silent?: boolean;
  readonly cluster?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface FakeAmqp {
  readonly port: number;
  /** In the order in which it came. */
  readonly sent: Sent[];
  /** Connections that are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

const METHODS: Readonly<Record<string, string>> = {
  '10.11': 'connection.start-ok',
  '10.31': 'connection.tune-ok',
  '10.40': 'connection.open',
  '10.50': 'connection.close',
  '10.51': 'connection.close-ok',
  '20.10': 'channel.open',
  '20.40': 'channel.close',
  '20.41': 'channel.close-ok',
  '40.10': 'exchange.declare',
  '50.10': 'queue.declare',
  '60.20': 'basic.consume',
  '60.40': 'basic.publish',
};

/** A server on this machine that speaks as much of AMQP as asking workers and passive declarations need, and remembers all it was sent. */
export async function fakeAmqp(rabbit: FakeRabbit = {}): Promise<FakeAmqp> {
  const sent: Sent[] = [];
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (rabbit.silent === true) socket.resume();
    else new Peer(socket, rabbit, sent).start();
  };
  const server: Server = rabbit.tls ? createTlsServer(rabbit.tls, take) : createServer(take);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sent,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** One connection of a client. */
class Peer {
  private rest = Buffer.alloc(0);
  private header = false;
  private message: { sent: Sent; channel: number; left: number; body: Buffer[]; properties: Buffer } | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly rabbit: FakeRabbit,
    private readonly sent: Sent[],
  ) {}

  start(): void {
    this.socket.on('data', (data) => {
      this.rest = Buffer.concat([this.rest, data]);
      this.read();
    });
  }

  private read(): void {
    if (!this.header) {
      if (this.rest.length < 8) return;
      if (this.rabbit.speaks !== undefined) {
        this.socket.end(this.rabbit.speaks);
        return;
      }
      this.rest = this.rest.subarray(8);
      this.header = true;
      const about = table({
        product: 'RabbitMQ',
        version: '3.10.8',
        cluster_name: this.rabbit.cluster ?? 'rabbit@here',
      });
      this.method(0, 10, 10, Buffer.from([0, 9]), about, longText('PLAIN AMQPLAIN'), longText('en_US'));
    }
    while (this.rest.length >= 7) {
      const size = this.rest.readUInt32BE(3);
      if (this.rest.length < size + 8) return;
      const [type = 0, channel] = [this.rest[0], this.rest.readUInt16BE(1)];
      const payload = Buffer.from(this.rest.subarray(7, 7 + size));
      this.rest = this.rest.subarray(size + 8);
      if (type === 1) this.asked(channel, payload);
      else if (type === 2) this.properties(payload);
      else if (type === 3) this.content(payload);
    }
  }

  private asked(channel: number, payload: Buffer): void {
    const number = `${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`;
    const method = METHODS[number] ?? number;
    const args = new Reader(payload, 4);
    if (method === 'basic.publish') {
      args.at += 2;
      const [exchange, routingKey] = [args.text(), args.text()];
      const sent = { method, exchange, routingKey, mandatory: (args.byte() & 1) === 1 };
      this.message = { sent, channel, left: -1, body: [], properties: Buffer.alloc(0) };
      return;
    }
    const sent = decoded(method, args);
    this.sent.push(sent);
    this.answer(channel, sent);
  }

  private answer(channel: number, { method, queue = '', exchange }: Sent): void {
    const { queues = {}, exclusive = [], mailboxes = true, instead } = this.rabbit;
    if (method === 'connection.start-ok') {
      if (instead?.of === 'tune') this.ends(0, 10, 50, instead.code, instead.text);
      else this.method(0, 10, 30, number(2, 2047), number(4, 131_072), number(2, 60));
    } else if (method === 'connection.open') {
      if (instead?.of === 'open-ok') this.ends(0, 10, 50, instead.code, instead.text);
      else this.method(0, 10, 41, text(''));
    } else if (method === 'connection.close') {
      this.method(0, 10, 51);
      this.socket.end();
    } else if (method === 'channel.open') this.method(channel, 20, 11, longText(''));
    else if (method === 'channel.close') this.method(channel, 20, 41);
    else if (method === 'exchange.declare') {
      if (mailboxes) this.method(channel, 40, 11);
      else this.ends(channel, 20, 40, 404, `NOT_FOUND - no exchange '${exchange ?? ''}' in vhost 'shop'`);
    } else if (method === 'queue.declare') {
      const found = queues[queue];
      if (exclusive.includes(queue))
        this.ends(channel, 20, 40, 405, 'RESOURCE_LOCKED - cannot obtain exclusive access');
      else if (found) this.method(channel, 50, 11, text(queue), number(4, found[0]), number(4, found[1]));
      else this.ends(channel, 20, 40, 404, `NOT_FOUND - no queue '${queue}' in vhost 'shop'`);
    } else if (method === 'basic.consume') this.method(channel, 60, 21, text('tag'));
  }

  private properties(payload: Buffer): void {
    if (!this.message) return;
    this.message.left = Number(payload.readBigUInt64BE(4));
    this.message.properties = payload.subarray(12);
    if (this.message.left === 0) this.published();
  }

  private content(payload: Buffer): void {
    if (!this.message) return;
    this.message.body.push(payload);
    this.message.left -= payload.length;
    if (this.message.left === 0) this.published();
  }

  private published(): void {
    if (!this.message) return;
    const { sent, channel, body } = this.message;
    this.message = undefined;
    const content = Buffer.concat(body).toString();
    const all = { ...sent, body: content };
    this.sent.push(all);
    const { alarm, refuses, answer = () => [] } = this.rabbit;
    const { exchange = '', routingKey = '' } = all;
    if (alarm !== undefined) {
      this.method(0, 10, 60, text(alarm));
      return;
    }
    if (refuses === exchange) {
      const name = exchange === '' ? 'amq.default' : exchange;
      this.ends(
        channel,
        20,
        40,
        403,
        `ACCESS_REFUSED - write access to exchange '${name}' in vhost 'shop' refused for user 'app'`,
      );
      return;
    }
    if (exchange === '') {
      this.method(channel, 60, 50, number(2, 312), text('NO_ROUTE'), text(''), text(routingKey));
      this.header2(channel, 0, 0x0200, text(ADDRESS));
      return;
    }
    const question = JSON.parse(content) as Record<string, unknown>;
    for (const reply of answer(question)) {
      const bytes = Buffer.from(JSON.stringify(reply));
      this.method(channel, 60, 60, text('tag'), number(8, 1), Buffer.from([0]), text(''), text(ADDRESS));
      const headers = table({ ticket: String(question.ticket) });
      this.header2(channel, bytes.length, 0xe000, text('application/json'), text('utf-8'), headers);
      this.frame(3, channel, bytes);
    }
  }

  private ends(channel: number, ofClass: number, method: number, code: number, words: string): void {
    this.method(channel, ofClass, method, number(2, code), text(words), number(2, 0), number(2, 0));
  }

  private header2(channel: number, size: number, flags: number, ...properties: readonly Buffer[]): void {
    this.frame(
      2,
      channel,
      Buffer.concat([number(2, 60), number(2, 0), number(8, size), number(2, flags), ...properties]),
    );
  }

  private method(channel: number, ofClass: number, method: number, ...args: readonly Buffer[]): void {
    this.frame(1, channel, Buffer.concat([number(2, ofClass), number(2, method), ...args]));
  }

  private frame(type: number, channel: number, payload: Buffer): void {
    const head = Buffer.concat([Buffer.from([type]), number(2, channel), number(4, payload.length)]);
    if (this.socket.writable) this.socket.write(Buffer.concat([head, payload, Buffer.from([0xce])]));
  }
}

const ADDRESS = 'amq.rabbitmq.reply-to.g1h2token';

function decoded(method: string, args: Reader): Sent {
  if (method === 'queue.declare') {
    args.at += 2;
    return { method, queue: args.text(), passive: (args.byte() & 1) === 1 };
  }
  if (method === 'exchange.declare') {
    args.at += 2;
    const [exchange] = [args.text(), args.text()];
    return { method, exchange, passive: (args.byte() & 1) === 1 };
  }
  if (method === 'basic.consume') {
    args.at += 2;
    const [queue] = [args.text(), args.text()];
    return { method, queue, noAck: (args.byte() & 2) === 2 };
  }
  return { method };
}

class Reader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  text(): string {
    const size = this.byte();
    this.at += size;
    return this.bytes.toString('utf8', this.at - size, this.at);
  }
}

function number(bytes: 2 | 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigUInt64BE(BigInt(value));
  else buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function longText(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(4, bytes.length), bytes]);
}

function table(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).flatMap(([name, value]) => [text(name), Buffer.from('S'), longText(value)]);
  const bytes = Buffer.concat(parts);
  return Buffer.concat([number(4, bytes.length), bytes]);
}
