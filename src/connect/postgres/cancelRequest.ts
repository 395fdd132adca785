import { connect, type Socket } from 'node:net';

/** PostgreSQL's CancelRequest message: length 16, code 80877102, process, key (protocol 3.0, section 55.7). */
const CANCEL_CODE = 80877102;
const PATIENCE_MS = 3000;

/**
 * Asks the server to stop what one of our own sessions runs: closing the socket alone would leave the query running.
 * Needs no role rights and passes through PgBouncer. Sent in the clear like libpq before 17 does; it holds no secret but the
 * session's own one-time key.
 * @returns when the server has closed the line, or after 3 s; never throws, since there is nobody left to tell
 */
export async function sendCancelRequest(
  where: { host: string; port: number },
  processId: number,
  secretKey: number,
): Promise<void> {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(CANCEL_CODE, 4);
  packet.writeInt32BE(processId, 8);
  packet.writeInt32BE(secretKey, 12);
  await new Promise<void>((resolve) => {
    const socket: Socket = where.host.startsWith('/')
      ? connect({ path: `${where.host}/.s.PGSQL.${String(where.port)}` })
      : connect({ host: where.host, port: where.port });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(packet));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      resolve();
    });
  });
}
