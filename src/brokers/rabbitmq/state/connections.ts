import { fieldsOf, objects, sizeOf, textOf } from './fields';

/** A client of the server: a worker, a publisher, or anybody else. */
export interface Connection {
  readonly name: string;
  readonly vhost: string;
  /** It is py-amqp's, by which Celery connects. */
  readonly ofCelery: boolean;
  /** Seconds between heartbeats; 0: none. Null: not told. */
  readonly heartbeat: number | null;
}

/** @param body of `/connections` */
export function readConnections(body: unknown): readonly Connection[] {
  return objects(body).map((connection) => ({
    name: textOf(connection, 'name'),
    vhost: textOf(connection, 'vhost'),
    ofCelery: textOf(fieldsOf(connection.client_properties), 'product') === 'py-amqp',
    heartbeat: sizeOf(connection, 'timeout'),
  }));
}
