import { connect } from 'node:net';
import { listen, type TcpServer } from './sockets';

/**
 * A link to a real server that delivers late and in small pieces, both ways.
 * @param delayMs before each piece
 * @param bytes of one piece
 */
export function slowLink(
  target: { readonly host: string; readonly port: number },
  delayMs: number,
  bytes: number,
): Promise<TcpServer> {
  return listen((line) => {
    const server = connect(target);
    server.on('error', () => line.destroy()).on('close', () => line.destroy());
    line.on('close', () => server.destroy());
    drip(line, server, delayMs, bytes);
    drip(server, line, delayMs, bytes);
  });
}

function drip(from: NodeJS.ReadWriteStream, to: NodeJS.ReadWriteStream, delayMs: number, bytes: number): void {
  let waiting = Buffer.alloc(0);
  let timer: NodeJS.Timeout | undefined;
  const next = (): void => {
    timer = undefined;
    to.write(waiting.subarray(0, bytes));
    waiting = waiting.subarray(bytes);
    if (waiting.length > 0) timer = setTimeout(next, delayMs);
  };
  from.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    timer ??= setTimeout(next, delayMs);
  });
  from.on('close', () => {
    clearTimeout(timer);
  });
}
