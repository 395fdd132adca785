/** Fields of node-postgres that its types leave out. */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Of the driver's own fields, which its types leave out, what goes into the start-up message. */
export interface StartUp {
  readonly connectionParameters: {
    options: string | undefined;
    replication: string | undefined;
    client_encoding: string;
  };
}

/** The driver's own fields that its types leave out; both are set once the server has let us in. */
export interface SessionKeys {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** The driver's own fields that its types leave out: where the server's questions arrive, and SCRAM while the server has not proved itself. */
export interface Authentication {
  readonly connection: EventEmitter & { readonly stream: Socket };
  readonly saslSession?: unknown;
}
