/** A reader of messages that believes nothing, written apart from the product's: what it takes for whole may belong to another row. */

type Fields = Readonly<Record<string, unknown>>;

/** Whether bytes are a whole message of Celery (protocol 2, JSON, not compressed) as `test/support/redis.ts` makes them. */
export function isWholeMessage(bytes: Buffer): boolean {
  return isWholeEnvelope(json(bytes));
}

/** The same for a value of `unacked`. */
export function isWholeTaken(bytes: Buffer): boolean {
  const parts = json(bytes);
  return Array.isArray(parts) && isWholeEnvelope(parts[0]);
}

function isWholeEnvelope(envelope: unknown): boolean {
  if (!isObject(envelope) || !isObject(envelope.headers) || !isObject(envelope.properties)) return false;
  const { headers, properties, body } = envelope;
  if (typeof headers.task !== 'string') return false;
  // A message with another id and without task_manager_id is another message.
  if (typeof headers.id !== 'string' || headers.id === '') return false;
  if (envelope['content-type'] !== 'application/json' || headers.compression !== undefined) return false;
  if (properties.body_encoding !== 'base64' || typeof body !== 'string') return false;
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body)) return false;
  const parts = json(Buffer.from(body, 'base64'));
  if (!Array.isArray(parts) || !isObject(parts[1])) return false;
  const id = parts[1].task_manager_id;
  return (
    id === undefined || id === null || Number.isSafeInteger(id) || (typeof id === 'string' && /^\d{1,16}$/.test(id))
  );
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
