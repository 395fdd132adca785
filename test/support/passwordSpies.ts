import type { Socket } from 'node:net';
import { listen, type TcpServer } from './sockets';

/** A server that asks whoever comes for a password, and notes what it is told. */
export interface PasswordSpy extends TcpServer {
  /** Everything that was sent, of all lines. */
  heard(): string;
  /** How often somebody came so far that a password was asked for. */
  asked(): number;
}

const SSL_REQUEST = 80_877_103;
/** AuthenticationCleartextPassword: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** A PostgreSQL without TLS that wants the password in clear text. */
export function postgresSpy(): Promise<PasswordSpy> {
  return spy((line, bytes, state) => {
    if (bytes.length >= 8 && bytes.readInt32BE(4) === SSL_REQUEST) line.write('N');
    else if (state.asked === 0) {
      state.asked++;
      line.write(CLEARTEXT_PASSWORD);
    } else line.destroy();
  });
}

/** A Redis that refuses every command until somebody logs in, and then too. */
export function redisSpy(): Promise<PasswordSpy> {
  return spy((line, _bytes, state) => {
    state.asked++;
    line.write('-NOAUTH Authentication required.\r\n');
  });
}

async function spy(answer: (line: Socket, bytes: Buffer, state: { asked: number }) => void): Promise<PasswordSpy> {
  const parts: Buffer[] = [];
  let asked = 0;
  const server = await listen((line) => {
    const state = { asked: 0 };
    line.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      const before = state.asked;
      answer(line, bytes, state);
      asked += state.asked - before;
    });
  });
  return { ...server, heard: () => Buffer.concat(parts).toString('latin1'), asked: () => asked };
}
