import { readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { KeyPair } from './certificates';
import { listen, type TcpServer } from './sockets';

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** What a server of a test does on a line once TLS is up on it. */
type OnSecure = (line: TLSSocket) => void;

/** A server that answers the request for TLS as PostgreSQL does, and shows this certificate. */
export function tlsServer({ cert, key }: KeyPair, onSecure: OnSecure): Promise<TcpServer> {
  return listen((line) => {
    line.once('data', () => {
      line.write('S');
      const secure = new TLSSocket(line, { isServer: true, cert: readFileSync(cert), key: readFileSync(key) });
      secure.on('error', () => line.destroy());
      onSecure(secure);
    });
  });
}

/** Somebody in between: TLS with the client by a certificate of its own, TLS with the server, and all that is said in clear. */
export function tlsMiddle(pair: KeyPair, target: { host: string; port: number }): Promise<TcpServer> {
  return tlsServer(pair, (line) => {
    line.pause();
    const raw = connectPlain(target, () => raw.write(SSL_REQUEST));
    raw.once('data', () => {
      const server = connectTls({ socket: raw, rejectUnauthorized: false });
      join(line, server);
      join(server, line);
    });
    raw.on('error', () => line.destroy());
    line.on('close', () => raw.destroy());
  });
}

function join(from: Socket, to: Socket): void {
  from.on('error', () => to.destroy());
  from.pipe(to);
}

/** A message of the server. @param type its letter */
export function serverMessage(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

/** An authentication message. @param kind 0: you are in, 3: the password in clear, 10: SASL */
export function authentication(kind: number, more = ''): Buffer {
  const code = Buffer.alloc(4);
  code.writeInt32BE(kind, 0);
  return serverMessage('R', Buffer.concat([code, Buffer.from(more)]));
}
