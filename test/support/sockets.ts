import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP server on a port of its own that forgets nobody: `close` ends every line. */
export interface TcpServer {
  readonly port: number;
  readonly lines: ReadonlySet<Socket>;
  readonly close: () => Promise<void>;
}

export async function listen(onLine: (line: Socket) => void): Promise<TcpServer> {
  const lines = new Set<Socket>();
  const server: Server = createServer((line) => {
    lines.add(line);
    line.on('error', () => undefined).on('close', () => lines.delete(line));
    onLine(line);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const line of lines) line.destroy();
      }),
  };
}

/** Accepts and never answers. */
export function silentServer(): Promise<TcpServer> {
  return listen((line) => line.resume());
}

/** Passes bytes to a real server and back until `frozen` says otherwise. */
export function proxy(target: { host: string; port: number }, frozen: () => boolean = () => false): Promise<TcpServer> {
  return listen((line) => {
    pipeTo(line, target, frozen);
  });
}

/** The same, counting: how many lines a client has at a time at most. A line is over when the client has ended its side. */
export async function countingProxy(target: {
  host: string;
  port: number;
}): Promise<TcpServer & { readonly most: () => number }> {
  const open = new Set<Socket>();
  let most = 0;
  const server = await listen((line) => {
    most = Math.max(most, open.add(line).size);
    const over = (): void => void open.delete(line);
    line.on('end', over).on('close', over);
    pipeTo(line, target);
  });
  return { ...server, most: () => most };
}

/** Refuses the start-up parameter `options`, as PgBouncer does; passes everything else on. */
export function poolerLike(target: { host: string; port: number }, seen: string[][]): Promise<TcpServer> {
  return listen((line) => {
    line.on('readable', function startUp(this: Socket) {
      const length = (this.read(4) as Buffer | null)?.readInt32BE(0);
      const packet = length === undefined ? null : (this.read(length - 4) as Buffer | null);
      if (packet === null) return;
      const code = packet.readInt32BE(0);
      if (code === SSL_REQUEST) {
        this.write('N');
        return;
      }
      this.off('readable', startUp);
      const head = Buffer.alloc(4);
      head.writeInt32BE(packet.length + 4, 0);
      if (code === PROTOCOL_3) {
        const names = packet
          .subarray(4)
          .toString('utf8')
          .split('\0')
          .filter((_, index) => index % 2 === 0 && _ !== '');
        seen.push(names);
        if (names.includes('options')) {
          line.end(errorResponse('08P01', 'unsupported startup parameter: options'));
          return;
        }
      }
      pipeTo(line, target, () => false, Buffer.concat([head, packet]));
    });
  });
}

const SSL_REQUEST = 80877103;
const PROTOCOL_3 = 196608;

/** Joins a line to a real server, both ways. @param first bytes that were read from the line already */
export function pipeTo(
  line: Socket,
  target: { host: string; port: number },
  frozen: () => boolean = () => false,
  first?: Buffer,
): void {
  const server = connect(target);
  server.on('error', () => line.destroy()).on('close', () => line.destroy());
  line.on('close', () => server.destroy());
  if (first) server.write(first);
  line.on('data', (bytes) => {
    if (!frozen()) server.write(bytes);
  });
  server.on('data', (bytes) => {
    if (!frozen()) line.write(bytes);
  });
  line.resume();
}

/** An error as PostgreSQL sends it. */
export function errorResponse(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** A link that is alive and slow: everything comes late and in drips. Both ways. */
export function slowLink(
  target: { host: string; port: number },
  pace: { readonly delayMs: number; readonly bytesPerTick: number },
): Promise<TcpServer> {
  return listen((line) => {
    const server = connect(target);
    server.on('error', () => line.destroy()).on('close', () => line.destroy());
    line.on('close', () => server.destroy());
    drip(line, server, pace);
    drip(server, line, pace);
  });
}

function drip(
  from: Socket,
  to: Socket,
  { delayMs, bytesPerTick }: { readonly delayMs: number; readonly bytesPerTick: number },
): void {
  let waiting = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    to.write(waiting.subarray(0, bytesPerTick));
    waiting = waiting.subarray(bytesPerTick);
    timer = waiting.length === 0 ? undefined : setTimeout(tick, 1);
  };
  from.on('data', (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    timer ??= setTimeout(tick, delayMs);
  });
  from.on('close', () => {
    clearTimeout(timer);
  });
}

/**
 * A link that looks at what the client sends: the first packet in which `pattern` is found (bytes as latin1) is not passed on but handed
 * to `caught`, and whatever else comes on that line is held back.
 */
export function trap(
  target: { host: string; port: number },
  pattern: RegExp,
  caught: (line: Socket) => void,
): Promise<TcpServer> {
  let sprung = false;
  return listen((line) => {
    const server = connect(target);
    let held = false;
    server.on('error', () => line.destroy()).on('close', () => line.destroy());
    line.on('close', () => server.destroy());
    line.on('data', (bytes: Buffer) => {
      if (!sprung && pattern.test(bytes.toString('latin1'))) {
        sprung = true;
        held = true;
        caught(line);
      }
      if (!held) server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      if (!held) line.write(bytes);
    });
  });
}

/** A port of the loopback address that nobody uses now. */
export async function closedPort(): Promise<number> {
  const server = await silentServer();
  await server.close();
  return server.port;
}
