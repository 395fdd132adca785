import assert from 'node:assert/strict';
import { readException } from '../../../src/results/exception';
import { readResultPayload } from '../../../src/results/payload';
import { canary } from '../../support/canary';

const raised = (exc_message: unknown, exc_type: unknown = 'ValueError', exc_module: unknown = 'builtins') =>
  readException({ exc_type, exc_message, exc_module });

describe('results/resultException', () => {
  for (const [shape, message, words] of [
    ['its text (before Celery 4.3)', 'boom', 'boom'],
    ['the list of its one argument', ['boom'], 'boom'],
    ['that list as JSON in a text', '["boom"]', 'boom'],
    ['that tuple as Python writes it', "('boom',)", 'boom'],
    ['a tuple with an escape', String.raw`('it\'s "so"', 2, None)`, `it's "so", 2`],
    ['a list as Python writes it', `["it's so", 'b']`, "it's so, b"],
    ['several arguments', [2, 'No such file or directory'], '2, No such file or directory'],
    ['a list in the list', [['first', 'second']], 'first, second'],
    ['lists in lists', [[['deep', ['deeper']]]], 'deep, deeper'],
    [
      'a dict, as of a form',
      { email: ['This field is required.'], age: ['Too young.'] },
      'email: This field is required., age: Too young.',
    ],
    ['a dict in the list', [{ code: 'gone', status: 410 }], 'code: gone, status: 410'],
    ["Django's ValidationError", ['Enter a number.', null, null], 'Enter a number.'],
    ['a number', 42, '42'],
    ['a number in the list', [404], '404'],
    ['true', true, 'true'],
    ['null in the list', [null], 'null'],
    ['an empty list', [], ''],
    ['an empty text', '', ''],
    ['an empty dict', {}, ''],
    ['a typed value of kombu', [{ __type__: 'uuid', __value__: 'abc' }], 'abc'],
    ['a typed list', { __type__: 'tuple', __value__: ['a', 'b'] }, 'a, b'],
    ['a tuple of jsonpickle', { 'py/tuple': ['a', 1] }, 'a, 1'],
    ['what has no JSON, as its repr', ['<Response [500]>', "KeyError('x')"], "<Response [500]>, KeyError('x')"],
    ['a text that only begins with a bracket', '[shop] no such order (7)', '[shop] no such order (7)'],
    ['a text in brackets', '(see the log)', '(see the log)'],
    ['several lines', ['duplicate key\nDETAIL: Key (id)=(1)'], 'duplicate key\nDETAIL: Key (id)=(1)'],
    ['other scripts', ['Füllstand: 残高不足'], 'Füllstand: 残高不足'],
  ] as const)
    it(`an exception in a result shows its own words: ${shape}`, () => {
      assert.deepEqual(raised(message), { exceptionType: 'ValueError', exceptionMessage: words });
    });

  it('an exception in a result has none where there are none', () => {
    assert.equal(raised(null).exceptionMessage, null);
    assert.equal(readException({ exc_type: 'ValueError' }).exceptionMessage, null);
  });

  for (const [shape, type, name] of [
    ['alone', 'GatewayError', 'GatewayError'],
    ['with its module', 'shop.errors.GatewayError', 'GatewayError'],
    ['within a class', 'Gateway.Error', 'Error'],
    ['within a function', 'charge.<locals>.Refused', 'Refused'],
    ['as the repr of a class', "<class 'shop.errors.GatewayError'>", 'GatewayError'],
    ['null', null, null],
    ['empty', '', null],
    ['a number', 7, null],
    ['a list', ['ValueError'], null],
  ] as const)
    it(`an exception in a result is named by its class: ${shape}`, () => {
      for (const module of ['shop.errors', null, undefined, '', 5])
        assert.deepEqual(raised(['x'], type, module), { exceptionType: name, exceptionMessage: 'x' });
    });

  it('an exception in a result that could not be pickled is named, and not its wrapper', () => {
    const wrapped = (args: unknown) =>
      raised(['shop.errors', 'GatewayError', args, "GatewayError('refused', 3)"], 'UnpickleableExceptionWrapper');
    assert.deepEqual(wrapped(['refused', 3]), { exceptionType: 'GatewayError', exceptionMessage: 'refused, 3' });
    assert.deepEqual(wrapped([]), { exceptionType: 'GatewayError', exceptionMessage: "GatewayError('refused', 3)" });
    assert.deepEqual(wrapped(null), { exceptionType: 'GatewayError', exceptionMessage: "GatewayError('refused', 3)" });
  });

  it('an exception in a result may stand one deeper, or be encoded twice', () => {
    const inner = { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' };
    const expected = { exceptionType: 'ValueError', exceptionMessage: 'boom' };
    assert.deepEqual(readException({ exc: inner }), expected);
    assert.deepEqual(readException({ exc: { exc: inner } }), expected);
    assert.deepEqual(readException(JSON.stringify(inner)), expected);
    assert.deepEqual(readException({ exc: "ValueError('boom')" }), {
      exceptionType: null,
      exceptionMessage: "ValueError('boom')",
    });
    assert.deepEqual(readException('gone'), { exceptionType: null, exceptionMessage: 'gone' });
  });

  it('an exception in a result that is pickled is not loaded, and no bytes pass for words', () => {
    const pickled = 'gASVJAAAAAAAAACMCGJ1aWx0aW5zlIwKVmFsdWVFcnJvcpSTlIwEYm9vbZSFlFKULg==';
    assert.deepEqual(readException(pickled), { exceptionType: null, exceptionMessage: null });
    assert.deepEqual(raised(pickled), { exceptionType: 'ValueError', exceptionMessage: null });
    // A word that only begins so.
    assert.equal(raised('gAmma rays').exceptionMessage, 'gAmma rays');
  });

  it('an exception in a result shows no value under a name such as password', () => {
    const secret = canary('exception');
    assert.equal(raised([{ user: 'bob', password: secret }]).exceptionMessage, 'user: bob, password: ***');
  });

  it('an exception in a result is bounded, however deep, long or many its words are', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    const wide = Array.from({ length: 100_000 }, (_, index) => index);
    for (const message of [
      deep,
      wide,
      'x'.repeat(1_000_000),
      [`(${"'a', ".repeat(100_000)})`],
      `(${"'a', ".repeat(100_000)})`,
    ])
      assert.ok(raised(message).exceptionMessage!.length <= 500);
  });

  it('an exception in a result of the whole result is read so', () => {
    const bytes = Buffer.from(
      JSON.stringify({ status: 'FAILURE', result: { exc_type: 'shop.E', exc_message: { a: [1] } }, date_done: null }),
    );
    const { state, exceptionType, exceptionMessage } = readResultPayload(bytes);
    assert.deepEqual([state, exceptionType, exceptionMessage], ['FAILURE', 'E', 'a: 1']);
  });
});
