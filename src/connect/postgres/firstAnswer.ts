/** What a server says first: whether it is PostgreSQL at all. The driver waits for the rest of a message that never comes. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What follows `listens there`, as a noun: `an HTTP server`. */
export class NotPostgres extends Error {
  override readonly name = 'NotPostgres';

  constructor(
    readonly speaks: string,
    /** What to do besides looking at host and port. */
    readonly hint?: string,
  ) {
    super('not PostgreSQL');
  }
}

/** The line was closed before the server said anything. */
export class NothingSaid extends Error {
  override readonly name = 'NothingSaid';
}

/** An error that the server gave in answer to the question for TLS, whose words the driver drops. */
export class EarlyError extends Error {
  override readonly name = 'EarlyError';

  constructor(
    readonly severity: string,
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** libpq takes no longer message for an error before it is let in (fe-connect.c, MAX_ERRLEN), nor for a demand of a password. */
const LONGEST_ERROR = 30_000;
const LONGEST_DEMAND = 2000;
/** A greeting, or the answer to a probe, is there at once. */
const PROBE_MS = 2000;
const FIRST_BYTES = 512;
/**
 * Asked of a server that says nothing: HTTP servers and Redis answer to a line of text, and to this one with no more than that they do not
 * know it. PostgreSQL closes the line.
 */
const PROBE = 'OPTIONS * HTTP/1.0\r\n\r\n';

/** Hears a line from its beginning, before the driver does, and ends it where it is not PostgreSQL's. */
export class FirstAnswer {
  private first: Buffer | undefined;
  private connected = false;

  /**
   * @param socket not yet connected
   * @param begins how the driver begins: without TLS, by asking for TLS, or with TLS at once (sslnegotiation=direct)
   */
  constructor(
    socket: Socket,
    private readonly begins: 'plain' | 'asked' | 'direct',
  ) {
    socket.once('connect', () => (this.connected = true));
    const push = socket.push.bind(socket);
    // The driver waits for the end of a message that is none, and of some it never finds the end of a text: it would hang.
    socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (this.first || !Buffer.isBuffer(chunk)) return push(chunk, encoding);
      this.first = Buffer.from(chunk.subarray(0, LONGEST_ERROR));
      if (this.isPostgres(chunk)) return push(chunk, encoding);
      socket.destroy(notPostgres(chunk));
      return false;
    };
  }

  /**
   * Why a line failed, where its first bytes tell more than the driver does.
   * @param error what the driver threw
   * @param target where to ask once more; absent: nothing more is asked
   */
  async reason(error: unknown, target?: { readonly host: string; readonly port: number }): Promise<unknown> {
    const { first } = this;
    if (first && !this.isPostgres(first)) return notPostgres(first);
    if (first) return (this.begins === 'asked' ? earlyError(first) : undefined) ?? error;
    if (!this.connected || error instanceof NotPostgres) return error;
    const message = error instanceof Error ? error.message : '';
    const silent = /timeout expired/i.test(message);
    const closed = /terminated unexpectedly|ECONNRESET|EPIPE|socket hang up/i.test(message);
    if (!silent && !closed) return error;
    const said = target && !target.host.startsWith('/') ? await probe(target, closed) : undefined;
    return said ?? (closed ? new NothingSaid(message, { cause: error }) : error);
  }

  /** As libpq tells it (fe-connect.c): one letter in answer to the question for TLS, else a demand, a version or an error. */
  private isPostgres(bytes: Buffer): boolean {
    // What TLS says is TLS's own.
    if (this.begins === 'direct') return true;
    const asked = this.begins === 'asked';
    const kind = String.fromCharCode(bytes[0] ?? 0);
    if (asked && bytes.length === 1) return kind === 'S' || kind === 'N' || kind === 'E';
    if (isMysql(bytes)) return false;
    if (kind === 'E') return isMessage(bytes, LONGEST_ERROR);
    return !asked && (kind === 'R' || kind === 'v') && isMessage(bytes, LONGEST_DEMAND);
  }
}

/** Length, the number 0, and the protocol 10 with a version; or an error, as for a host that may not connect. */
function isMysql(bytes: Buffer): boolean {
  if (bytes[3] !== 0) return false;
  return bytes[4] === 0xff || (bytes[4] === 0x0a && /^\d+\.\d/.test(bytes.subarray(5, 20).toString('latin1')));
}

/** A message of PostgreSQL's protocol: a letter, and a length that counts itself. */
function isMessage(bytes: Buffer, longest: number): boolean {
  if (bytes.length < 5) return bytes.length > 0;
  const length = bytes.readInt32BE(1);
  return length >= 4 && length <= longest;
}

/** By what each says first when nobody or somebody else has spoken. */
function notPostgres(bytes: Buffer): NotPostgres {
  const text = bytes.subarray(0, FIRST_BYTES).toString('latin1');
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return TLS_ONLY();
  if (/^HTTP\/\d|^<(!doctype|html|\?xml)/i.test(text)) return new NotPostgres('an HTTP server');
  if (/^-(ERR|NOAUTH|DENIED|LOADING|MISCONF|NOPERM|BUSY|MASTERDOWN)\b|^\+(PONG|OK)\b/.test(text))
    return new NotPostgres('a Redis');
  if (isMysql(bytes)) return new NotPostgres('a MySQL or MariaDB');
  if (text.startsWith('SSH-')) return new NotPostgres('an SSH server', 'for a tunnel name its local end');
  if (text.startsWith('AMQP')) return new NotPostgres('a RabbitMQ');
  if (/^(220|421|554)[ -]/.test(text)) return new NotPostgres('a mail or FTP server');
  if (/^(\* OK|\+OK)/.test(text)) return new NotPostgres('a mail server');
  if (/^(ERROR|CLIENT_ERROR|SERVER_ERROR)\r\n/.test(text)) return new NotPostgres('a memcached');
  return new NotPostgres('a server with another protocol');
}

function TLS_ONLY(): NotPostgres {
  return new NotPostgres(
    'a server that expects TLS from the first byte',
    'a proxy in front of PostgreSQL must pass its connections on as they are',
  );
}

/** @returns undefined for what is no ErrorResponse (PostgreSQL manual, Message Formats) */
function earlyError(bytes: Buffer): EarlyError | undefined {
  if (bytes[0] !== 0x45 || bytes.length < 6) return undefined;
  const fields = new Map(
    bytes
      .subarray(5, 1 + bytes.readInt32BE(1))
      .toString('utf8')
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field.charAt(0), field.slice(1)]),
  );
  const message = fields.get('M');
  return message === undefined ? undefined : new EarlyError(fields.get('S') ?? 'FATAL', fields.get('C'), message);
}

/**
 * Asks a server that said nothing, or closed the line, what it is.
 * @param closed whether it closed the line: then TLS is tried, which such a server may expect
 * @returns undefined where that does not tell
 */
async function probe(
  target: { readonly host: string; readonly port: number },
  closed: boolean,
): Promise<NotPostgres | undefined> {
  const bytes = await firstBytes(target);
  if (bytes.length > 0) return notPostgres(bytes);
  return closed && (await takesTls(target)) ? TLS_ONLY() : undefined;
}

function firstBytes(target: { readonly host: string; readonly port: number }): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connectTcp(target, () => socket.write(PROBE));
    const end = (bytes: Buffer): void => {
      resolve(bytes);
      socket.destroy();
    };
    socket.setTimeout(PROBE_MS, () => {
      end(Buffer.alloc(0));
    });
    socket.once('data', end);
    socket.once('error', () => {
      end(Buffer.alloc(0));
    });
    socket.once('close', () => {
      end(Buffer.alloc(0));
    });
  });
}

function takesTls(target: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent but the handshake, so who answers need not be known.
    const socket = connectTls({ ...target, rejectUnauthorized: false });
    const end = (takes: boolean): void => {
      resolve(takes);
      socket.destroy();
    };
    socket.setTimeout(PROBE_MS, () => {
      end(false);
    });
    socket.once('secureConnect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
    socket.once('close', () => {
      end(false);
    });
  });
}
