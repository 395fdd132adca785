import type { Socket } from 'node:net';
import { listen, pipeTo } from '../support/sockets';

/** A worker's way to Redis, which can be cut. */
export interface Link {
  readonly port: number;
  /** Ends every line; new ones are still let through. */
  drop(): void;
  /** Ends every line and lets none through. */
  cut(): void;
  close(): Promise<void>;
}

export async function openLink(port: number): Promise<Link> {
  let isCut = false;
  const server = await listen((line: Socket) => {
    if (isCut) line.destroy();
    else pipeTo(line, { host: '127.0.0.1', port });
  });
  const drop = (): void => {
    for (const line of server.lines) line.destroy();
  };
  return {
    port: server.port,
    drop,
    cut: () => {
      isCut = true;
      drop();
    },
    close: server.close,
  };
}
