import assert from 'node:assert/strict';
import { readResultPayload } from '../../../src/results/payload';

const NOTHING = {
  state: null,
  exceptionType: null,
  exceptionMessage: null,
  returnedValue: null,
  byWorker: null,
  doneAt: null,
  note: null,
};
const noon = Date.UTC(2026, 10, 23, 12) / 1000;
const read = (meta: unknown) => readResultPayload(Buffer.from(JSON.stringify(meta)));
const failure = (exc_message: unknown, exc_type: unknown = 'ValueError') =>
  read({ status: 'FAILURE', result: { exc_type, exc_message, exc_module: 'builtins' }, date_done: null });

describe('results/resultPayload', () => {
  for (const [result, returned] of [
    [null, false],
    [0, true],
    [false, true],
    ['', true],
    [[], true],
    [{ __type__: 'decimal', __value__: '1.5' }, true],
  ] as const) {
    it(`a result of SUCCESS with ${JSON.stringify(result)}: ${returned ? 'a value' : 'no value'} was returned`, () => {
      assert.deepEqual(read({ status: 'SUCCESS', result, date_done: '2026-11-23T12:00:00' }), {
        ...NOTHING,
        state: 'SUCCESS',
        returnedValue: returned,
        doneAt: noon,
      });
    });
  }

  for (const date of [
    '2026-11-23T12:00:00',
    '2026-11-23T12:00:00+00:00',
    '2026-11-23T12:00:00Z',
    '2026-11-23T08:30:00.000000-03:30',
    { __type__: 'datetime', __value__: '2026-11-23T12:00:00+00:00' },
  ]) {
    it(`a result is done at ${JSON.stringify(date)}`, () => {
      assert.equal(read({ status: 'SUCCESS', result: 1, date_done: date }).doneAt, noon);
    });
  }

  it('a result is known to be of a worker by its list of children', () => {
    assert.equal(read({ status: 'REVOKED', result: null, children: [] }).byWorker, true);
    assert.equal(read({ status: 'REVOKED', result: null, children: null }).byWorker, false);
    assert.equal(read({ status: 'REVOKED', result: null }).byWorker, null);
  });

  it('a result of FAILURE names the exception and its message', () => {
    const expected = { ...NOTHING, state: 'FAILURE', exceptionType: 'ValueError' };
    assert.deepEqual(failure(['boom']), { ...expected, exceptionMessage: 'boom' });
    assert.deepEqual(failure('boom'), { ...expected, exceptionMessage: 'boom' });
    assert.deepEqual(failure(['a', 2, null, { x: 1 }]), { ...expected, exceptionMessage: 'a, 2, null, x: 1' });
    assert.deepEqual(failure([]), { ...expected, exceptionMessage: '' });
    assert.deepEqual(failure(null), { ...expected, exceptionMessage: null });
    assert.equal(failure(['x'.repeat(10_000)]).exceptionMessage?.length, 500);
    assert.equal(failure([{ __type__: 'uuid', __value__: 'abc' }]).exceptionMessage, 'abc');
  });

  it('a result of FAILURE without the usual shape is still a failure', () => {
    assert.deepEqual(read({ status: 'FAILURE', result: 'gone' }), {
      ...NOTHING,
      state: 'FAILURE',
      exceptionMessage: 'gone',
    });
    assert.deepEqual(read({ status: 'FAILURE', result: [1] }), { ...NOTHING, state: 'FAILURE' });
    assert.deepEqual(failure(['x'], 5).exceptionType, null);
  });

  for (const status of ['RETRY', 'REVOKED']) {
    it(`a result of ${status} has an exception and no value`, () => {
      const result = { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' };
      assert.deepEqual(read({ status, result, date_done: null }), {
        ...NOTHING,
        state: status,
        exceptionType: 'TaskRevokedError',
        exceptionMessage: 'revoked',
      });
    });
  }

  for (const [status, result] of [
    ['SENT', null],
    ['STARTED', { pid: 1, hostname: 'w1@host' }],
    ['PROGRESS', { current: 1 }],
    ['my state', 'x'],
  ] as const) {
    it(`a result of ${status} is only that state`, () => {
      assert.deepEqual(read({ status, result, date_done: null }), { ...NOTHING, state: status });
    });
  }

  it('a result of Python with NaN is read', () => {
    const bytes = Buffer.from('{"status": "SUCCESS", "result": NaN, "date_done": null}');
    assert.deepEqual(readResultPayload(bytes), { ...NOTHING, state: 'SUCCESS', returnedValue: true });
  });

  for (const [what, bytes, note] of [
    ['pickle 2', Buffer.from('80027d71002e', 'hex'), 'pickle, not decoded'],
    ['pickle 5', Buffer.from('8005957d2e', 'hex'), 'pickle, not decoded'],
    ['msgpack', Buffer.from('86a6737461747573a753554343455353', 'hex'), 'msgpack, not decoded'],
    ['half-written JSON', Buffer.from('{"status": "SUCC'), 'not decoded: broken JSON'],
    ['another JSON', Buffer.from('[1, 2]'), 'not decoded: JSON, but no result'],
    ['JSON without status', Buffer.from('{"result": 1}'), 'not decoded: no status in it'],
    ['nothing', Buffer.alloc(0), 'not decoded: no format that Celery writes'],
    ['noise', Buffer.from('ffee0102', 'hex'), 'not decoded: no format that Celery writes'],
    ['yaml with two statuses', Buffer.from('status: SUCCESS\nstatus: FAILURE\n'), 'yaml, not decoded'],
    [
      'yaml that would run code',
      Buffer.from('!!python/object/apply:os.system ["true"]\n'),
      'not decoded: no format that Celery writes',
    ],
  ] as const) {
    it(`a result is not loaded: ${what}`, () => {
      assert.deepEqual(readResultPayload(bytes), { ...NOTHING, note });
    });
  }

  it('a result of yaml tells its status and nothing else', () => {
    const text =
      'children: []\ndate_done: null\nresult:\n  status: FAILURE\nstatus: SUCCESS\ntask_id: x\ntraceback: null\n';
    assert.deepEqual(readResultPayload(Buffer.from(text)), {
      ...NOTHING,
      state: 'SUCCESS',
      note: 'yaml: only its status was read',
    });
  });
});
