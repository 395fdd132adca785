import { readFileSync } from 'node:fs';

/** What was captured of one release: how two workers answered to every question. */
export type Inspected = '3.10.8-celery-5.2.6' | '4.0.5-celery-5.5.2';

interface Line {
  readonly step: string;
  readonly method?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Answers to a question by its name, as a fake RabbitMQ gives them (fakeAmqp.ts). */
export function inspected(
  release: Inspected,
): (question: Readonly<Record<string, unknown>>) => readonly Readonly<Record<string, unknown>>[] {
  const lines = readFileSync(`test/fixtures/rabbitmq/inspect-rabbitmq-${release}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return ({ method }) =>
    lines.flatMap((line) => (line.step === 'reply' && line.method === method && line.body ? [line.body] : []));
}
