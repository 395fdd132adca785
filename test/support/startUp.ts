import { listen, pipeTo, type TcpServer } from './sockets';

const SSL_REQUEST = 80877103;
const PROTOCOL_3 = 196608;

/** The parameters of a start-up message. */
export type StartUp = Readonly<Record<string, string>>;

/** An error that a server sends instead of letting anybody in. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * A proxy that reads each start-up message, as those of hosted databases do.
 * @param answer what is done with it: refused, or sent on to the server with these parameters
 */
export function startUpProxy(
  target: { host: string; port: number },
  answer: (startUp: StartUp) => Refusal | StartUp,
): Promise<TcpServer> {
  return listen((line) => {
    line.on('readable', function startUp(this: typeof line) {
      const length = (this.read(4) as Buffer | null)?.readInt32BE(0);
      const packet = length === undefined ? null : (this.read(length - 4) as Buffer | null);
      if (packet === null) return;
      if (packet.readInt32BE(0) === SSL_REQUEST) {
        this.write('N');
        return;
      }
      this.off('readable', startUp);
      const done = answer(read(packet));
      if ('code' in done && 'message' in done) line.end(error(done as Refusal));
      else pipeTo(line, target, () => false, write(done));
    });
  });
}

function read(packet: Buffer): StartUp {
  const words = packet.subarray(4).toString('utf8').split('\0');
  const pairs = words.flatMap((name, at) =>
    at % 2 === 0 && name !== '' ? [[name, words[at + 1] ?? ''] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function write(startUp: StartUp): Buffer {
  const body = Buffer.from(`${Object.entries(startUp).flat().join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
}

function error({ code, message }: Refusal): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
