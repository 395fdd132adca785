import { readFileSync } from 'node:fs';
import { captures } from '../../support/redis';

/** What Celery, kombu and Redis really wrote (test/fixtures/celery), to be broken. */

const VERSIONS = ['5.2.6', '5.6.3'];

function lines<T>(name: string): T[] {
  const text = readFileSync(`test/fixtures/celery/${name}.jsonl`, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const formats = JSON.parse(readFileSync('test/fixtures/celery/celery-5.2.6-formats.json', 'utf8')) as {
  readonly messages: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, string>>;
};

const keys = VERSIONS.flatMap((version) =>
  ['queued', 'worker', 'late'].flatMap((file) => [...captures(`celery-${version}-${file}.jsonl`).values()].flat()),
);

/** Items of queues. */
export const MESSAGES: readonly string[] = [
  ...Object.values(formats.messages),
  ...keys.flatMap(({ type, value }) => (type === 'list' ? (value as readonly string[]) : [])),
];

/** Values of `unacked`. */
export const TAKEN: readonly string[] = keys
  .filter(({ key, type }) => key === 'unacked' && type === 'hash')
  .flatMap(({ value }) => Object.values(value as Readonly<Record<string, string>>));

/** Values of result keys. */
export const RESULTS: readonly Buffer[] = [
  ...Object.values(formats.results).map((text) => Buffer.from(text, 'base64')),
  ...keys
    .filter(({ key }) => key.startsWith('celery-task-meta-'))
    .flatMap(({ value }) => (typeof value === 'string' ? [Buffer.from(value)] : [])),
];

export const REPLIES: readonly string[] = VERSIONS.flatMap((version) =>
  lines<{ data: string }>(`celery-${version}-replies`).map(({ data }) => data),
);

export const EVENTS: readonly { readonly channel: string; readonly data: string }[] = VERSIONS.flatMap((version) =>
  lines<{ channel: string; data: string }>(`celery-${version}-worker-events`),
);

export const CLIENTS: readonly string[] = lines<{ line: string }>('redis-client-list').map(({ line }) => line);
