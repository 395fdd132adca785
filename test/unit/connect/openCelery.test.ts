import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { openCelery } from '../../../src/connect/openCelery';
import { readCeleryUrl, type CeleryTargets } from '../../../src/connect/celeryUrl';

/** Of URLs as Celery's settings have them. */
function targets(urls: { readonly broker?: string; readonly results?: string }): CeleryTargets {
  const broker = urls.broker === undefined ? undefined : readCeleryUrl(urls.broker, 'broker', 'The broker');
  const results = urls.results === undefined ? undefined : readCeleryUrl(urls.results, 'results', 'The results');
  return { ...(broker ? { broker } : {}), ...(results ? { results } : {}) };
}

async function onOneServer(broker: string, results: string): Promise<boolean> {
  const opened = await openCelery(targets({ broker, results }));
  assert.ok(opened.broker && !(opened.broker instanceof Problem));
  assert.ok(opened.results && !(opened.results instanceof Problem));
  return opened.broker.server === opened.results.server;
}

describe('connect/openCelery', () => {
  it('one Redis in two roles is one server, however its URL is written', async () => {
    assert.ok(await onOneServer('redis://:pw@host', 'redis://:pw@HOST:6379/0'));
    assert.ok(await onOneServer('redis://a;redis://b/0', 'redis://a:6379;redis://b'));
  });

  it('a Redis with another database, user, password or protection is another server', async () => {
    for (const results of ['redis://h/1', 'redis://me:pw@h', 'redis://:other@h', 'redis://h', 'rediss://:pw@h'])
      assert.ok(!(await onOneServer('redis://:pw@h', results)), results);
    assert.ok(!(await onOneServer('redis://a;redis://b', 'redis://a;redis://b/1')));
  });

  it('the name of a broker or a backend has no password', async () => {
    const { broker, results } = await openCelery(
      targets({ broker: 'redis://:hunter2@h', results: 'redis://:hunter2@r/1' }),
    );
    assert.deepEqual(
      [broker, results].map((each) => each && !(each instanceof Problem) && each.name),
      ['Redis at h:6379/0', 'Redis at r:6379/1'],
    );
  });

  it('a server that cannot be read stays the Problem that says why, and what nobody named is absent', async () => {
    const named = targets({ broker: 'kafka://kafka', results: 'sqs://' });
    assert.deepEqual(await openCelery(named), named);
    assert.ok(named.broker instanceof Problem);
    assert.deepEqual(await openCelery({}), {});
  });

  it('a broker whose URL its kind cannot use is a Problem too, and ends nothing', async () => {
    for (const url of ['amqp://u:hunter2@one,two/v', 'amqp://u:hunter2@h:99999/v']) {
      const { broker } = await openCelery(targets({ broker: url }));
      assert.ok(broker instanceof Problem && broker.kind === 'invalid', url);
      assert.doesNotMatch(broker.message, /hunter2/);
    }
    const { broker } = await openCelery(targets({ broker: 'amqp://u:hunter2@h/v' }));
    assert.ok(broker && !(broker instanceof Problem));
    assert.equal(broker.name, 'RabbitMQ at h:5672/v');
  });
});
