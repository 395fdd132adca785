/** A worker that answers the questions of remote control, and does nothing else. */
import type { Redis } from 'ioredis';

/** What it answers, by method; a method that is not there gets an empty list. */
export type Answers = Readonly<Record<string, unknown>>;

/** @param client of the broker's database. @returns how to end it */
export async function startFakeWorker(
  client: Redis,
  db: number,
  name: string,
  answers: Answers,
): Promise<{ stop: () => void }> {
  const ears = client.duplicate();
  const hands = client.duplicate();
  await ears.psubscribe(`/${String(db)}.celery.pidbox`);
  ears.on('pmessage', (_pattern: string, _channel: string, text: string) => {
    const { body } = JSON.parse(text) as { body: string };
    const question = JSON.parse(Buffer.from(body, 'base64').toString()) as {
      method: string;
      ticket: string;
      destination: readonly string[] | null;
      reply_to: { routing_key: string };
    };
    if (question.destination !== null && !question.destination.includes(name)) return;
    const value = question.method === 'ping' ? { ok: 'pong' } : (answers[question.method] ?? []);
    const reply = {
      body: Buffer.from(JSON.stringify({ [name]: value })).toString('base64'),
      'content-type': 'application/json',
      headers: { ticket: question.ticket },
      properties: { body_encoding: 'base64' },
    };
    void hands.lpush(question.reply_to.routing_key, JSON.stringify(reply));
  });
  return {
    stop: () => {
      ears.disconnect();
      hands.disconnect();
    },
  };
}
