import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { readTaskId } from '../../../src/model/story';
import { taskIdsIn } from '../../../src/model/taskIdsIn';

const A = '4f0c5a0e-8a7d-4a53-9c2f-0d9b1f6d7c11';
const B = '5f0c5a0e-8a7d-4a53-9c2f-0d9b1f6d7c12';
const ids = (text: string): (string | number)[] => taskIdsIn(text).map(({ id }) => id);

describe('model/taskIdsIn', () => {
  it('a text gives the ids in it: of a log line, a URL and a piece of JSON', () => {
    assert.deepEqual(ids(`[2026-11-30 10:00:00,123: ERROR] Task shop.tasks.send[${A}] raised ValueError('404')`), [A]);
    assert.deepEqual(ids(`https://sentry.io/organizations/x/issues/1234567/?query=celery_task_id%3A${A}`), [A]);
    assert.deepEqual(ids(`{"task_id": "${A.toUpperCase()}", "kwargs": {"task_manager_id": 4711}}`), [A, 4711]);
    assert.deepEqual(ids('https://app.example.org/admin/task_manager/taskmanager/4711/change/'), [4711]);
    assert.deepEqual(ids('ID: 4711\nArguments: {}'), [4711]);
    assert.deepEqual(ids('4711'), [4711]);
  });

  it('several candidates stay in their order, each once', () => {
    assert.deepEqual(ids(`${B} came back as ${A}, then ${B}`), [B, A]);
    assert.deepEqual(ids('rows 12, 13 and 12'), [12, 13]);
  });

  it('times, addresses, versions and parts of longer ids are no rows', () => {
    assert.deepEqual(ids('2026-11-30 10:00:00 worker@host-1 10.0.0.1:5432'), []);
    assert.deepEqual(ids(`${A}${A}`), []);
    assert.deepEqual(ids('0 and 99999999999999999999'), []);
    assert.deepEqual(ids('send_invoice'), []);
  });

  it('an id alone is that of a row where it is digits, and a Celery id otherwise', () => {
    assert.deepEqual(readTaskId(' 4711 ', 'id'), { by: 'row', id: 4711 });
    assert.deepEqual(readTaskId(A.toUpperCase(), 'id'), { by: 'celery', id: A });
    assert.deepEqual(readTaskId('nightly-Sync', 'id'), { by: 'celery', id: 'nightly-Sync' });
    for (const bad of ['', '0', '-1', '1.5', '9007199254740993', 'a b', 'x://y', 'a\u0000', 'x'.repeat(256)])
      assert.throws(() => readTaskId(bad, 'id'), Problem, bad);
  });
});
