import assert from 'node:assert/strict';
import { parseListItem, readListItem } from '../../../src/brokers/redis/queues/message';
import { readUsualMessage } from '../../../src/brokers/redis/queues/decodeMessageFast';
import { MESSAGES } from '../../fuzz/support/captured';

/** What Celery 5.6.3 wrote for `slow.apply_async((1,), {'task_manager_id': 42, 'page': 1}, countdown=300)`. */
const CAPTURED = MESSAGES.find(
  (text) => text.includes(`{'task_manager_id': 42, 'page': 1}`) && text.includes('stamps'),
)!;
const EMBED = '{"callbacks": null, "errbacks": null, "chain": null, "chord": null}';

const usual = (text: string) => readUsualMessage(Buffer.from(text, 'latin1'));
/** As the parser reads it, whichever way it is read. */
function assertRead(text: string): void {
  assert.deepEqual(readListItem(Buffer.from(text)), parseListItem(Buffer.from(text)), text);
}

function withBody(body: string, text = CAPTURED): string {
  return text.replace(/"body": "[^"]*"/, () => `"body": "${Buffer.from(body).toString('base64')}"`);
}
const withKwargs = (kwargs: string, args = '[1]'): string => withBody(`[${args}, ${kwargs}, ${EMBED}]`);
/** One place of the message is another; it must be there. */
function change(from: string, to: string, text = CAPTURED): string {
  assert.ok(text.includes(from), from);
  return text.replace(from, () => to);
}

describe('brokers/decodeMessageFast', () => {
  it('a message as Celery usually writes it is read as the parser reads it: all that was captured of Celery 5.2 and 5.6', () => {
    let read = 0;
    for (const text of MESSAGES) {
      const found = usual(text);
      // Compressed, redelivered, of protocol 1, or with an id or a body of another kind.
      const other = /"compression"|redelivered|"headers": \{\}|x-python|x-yaml|x-msgpack|"id": "(?![\da-f-]{36}")/.test(
        text,
      );
      assert.equal(found === undefined, other, text);
      if (found) assert.deepEqual(found, parseListItem(Buffer.from(text)), text);
      if (found) read++;
    }
    assert.ok(read > 40, String(read));
  });

  it('a message as Celery usually writes it has what the message says', () => {
    const { told, tag, managerIdHiddenBy } = usual(CAPTURED)!;
    assert.deepEqual([told.managerId, told.task, told.retries, managerIdHiddenBy], [42, 'tiny.slow', 0, null]);
    assert.ok(told.eta !== null && told.expires === null && CAPTURED.includes(`"delivery_tag": "${tag ?? '?'}"`));
  });

  for (const [kwargs, managerId, attempts] of [
    ['{}', null, null],
    ['{"page": 0, "task_manager_id": 7}', 7, null],
    ['{"task_manager_id": 7, "name": "a \\"b\\" \\\\ \\u00e9", "x": -1}', 7, null],
    ['{"task_manager_id": 999999999999999}', 999999999999999, null],
    ['{"task_manager_id": 9007199254740991}', 9007199254740991, null],
    ['{"task_manager_id": "12"}', 12, null],
    ['{"task_manager_id": null}', null, null],
    ['{"task_manager_id": 7, "attempts": 3}', 7, 3],
    ['{"task_manager_id": 7, "task_manager_id": 8}', 8, null],
    ['{"task_manager\\u005fid": 8, "task_manager_id": 7}', 7, null],
    ['{"task_manager_id": 7, "task_manager\\u005fid": 8}', 8, null],
    ['{"data": {"task_manager_id": 8}, "task_manager_id": 7}', 7, null],
    ['{"data": {"task_manager_id": 8}}', null, null],
    ['{"data": [{"task_manager_id": 8}], "price": 1.5}', null, null],
    ['{"text": "\\"task_manager_id\\": 8, "}', null, null],
    ['{"text": "x\\\\", "task_manager_id": 7}', 7, null],
    ['{"__proto__": {"task_manager_id": 8}}', null, null],
  ] as const) {
    it(`a message as Celery usually writes it with the keyword arguments ${kwargs}`, () => {
      const text = withKwargs(kwargs, '["\\"task_manager_id\\": 5, ", {"task_manager_id": 6}, [1.5e3]]');
      for (const one of [text, withKwargs(kwargs)]) {
        const told = usual(one)?.told;
        assert.deepEqual([told?.managerId, told?.libraryAttempts], [managerId, attempts]);
        assertRead(one);
      }
    });
  }

  for (const [what, text] of [
    ['a task id in the texts of its arguments', change('"argsrepr": "(1,)"', '"argsrepr": "(\\", \\"id\\": \\"00000000-0000-4000-8000-00000000000f\\",)"')], // prettier-ignore
    ['the texts of its arguments in other characters', change('"argsrepr": "(1,)"', '"argsrepr": "(\'\\u00e9\\\\n\\ud83d\',)"')], // prettier-ignore
    ['numbers as limits of time', change('[null, null]', '[300, 240]')],
    ['callbacks', withBody(`[[1], {"task_manager_id": 7}, ${EMBED.replace('"chord": null', '"chord": {"a": "}, {}]"}')}]`)], // prettier-ignore
  ] as const) {
    it(`a message as Celery usually writes it may have ${what}`, () => {
      assert.deepEqual(usual(text), parseListItem(Buffer.from(text)));
    });
  }
});

describe('brokers/decodeMessageFast', () => {
  const body = /"body": "([^"]*)"/.exec(CAPTURED)![1]!;
  for (const [what, text] of [
    ['nothing', ''],
    ['no JSON', 'x'],
    ['cut short', CAPTURED.slice(0, -1)],
    ['cut in its body', CAPTURED.slice(0, 30)],
    ['something behind it', `${CAPTURED} {}`],
    ['a line behind it', `${CAPTURED}\n`],
    ['other spaces', change('"lang": "py"', '"lang":"py"')],
    ['its keys in another order', change('"lang": "py", "task": "tiny.slow"', '"task": "tiny.slow", "lang": "py"')],
    ['a key twice', change('"origin"', '"id": "other", "origin"')],
    ['a second body', change('"priority": 0', '"priority": 0, "body": ""')],
    ['headers that say it twice', `${CAPTURED.slice(0, -1)}, "headers": {"task": "x", "id": "y"}}`],
    ['an escaped task', change('"tiny.slow"', '"tiny\\u002eslow"')],
    ['a task in other characters', change('"tiny.slow"', '"tiny.é"')],
    ['a long task', change('"tiny.slow"', `"${'a'.repeat(256)}"`)],
    ['an id that is none of Celery', change('"id": "00000000-', '"id": "1')],
    ['an id in capitals', change('"id": "00000000-0000-4000-8000', '"id": "00000000-0000-4000-A000')],
    ['a number as id', change('"retries": 0', '"retries": 00')],
    ['more retries than are exact', change('"retries": 0', '"retries": 9007199254740993')],
    ['a float of retries', change('"retries": 0', '"retries": 0.0')],
    ['a line break in a text', change('"argsrepr": "(1,)"', '"argsrepr": "(1,\n)"')],
    ['a broken escape', change('"argsrepr": "(1,)"', '"argsrepr": "\\x"')],
    ['a text that ends in an escape', change('"argsrepr": "(1,)"', '"argsrepr": "\\"')],
    ['a redelivery', change('"stamps": {}', '"stamps": {}, "redelivered": true')],
    ['a redelivery in the delivery', change('"routing_key": "celery"', '"routing_key": "celery", "redelivered": true')],
    ['a compression', change('"stamps": {}', '"stamps": {}, "compression": "application/x-gzip"')],
    ['another content type', change('"content-type": "application/json"', '"content-type": "application/x-yaml"')],
    ['another encoding of its body', change('"body_encoding": "base64"', '"body_encoding": "utf-8"')],
    ['a body without padding', change(body, body.replace(/=+$/, ''))],
    ['a body with a space', change(body, `${body.slice(0, 8)} ${body.slice(9)}`)],
    ['a body with an escape', change(body, `\\n${body.slice(2)}`)],
    ['a body of the other alphabet', change(body, `____${body.slice(4)}`)],
    ['a body that is too long by one', change(body, `${body}A`)],
    ['an empty body', change(body, '')],
    ['a body cut short', withBody(`[[1], {"task_manager_id": 7}, ${EMBED}`)],
    ['a body with something behind it', withBody(`[[1], {"task_manager_id": 7}, ${EMBED}] x`)],
    ['a body with a comma too many', withKwargs('{, "page": 1}')],
    ['a body with a comma too many before the id', withKwargs('{, "task_manager_id": 1}')],
    ['a body with a broken number', withKwargs('{"task_manager_id": 007}')],
    ['a body with a broken text', withKwargs('{"a": "\t"}')],
    ['a body with NaN', withKwargs('{"task_manager_id": 3, "x": NaN}')],
    ['a body that is a text', withBody('"text"')],
    ['a body of protocol 1', withBody('{"task": "x", "id": "y", "args": [], "kwargs": {"task_manager_id": 3}}')],
    ['no keyword arguments', withBody(`[[1], null, ${EMBED}]`)],
    ['keyword arguments as a list', withBody(`[[1], [], ${EMBED}]`)],
    ['an id of a row beyond what is exact', withKwargs('{"task_manager_id": 9007199254740993}')],
    ['an id of a row with a fraction', withKwargs('{"task_manager_id": 1.5}')],
    ['arguments in UTF-8', withKwargs('{"name": "é", "task_manager_id": 3}')],
    ['more than 32 kB', withKwargs('{"task_manager_id": 3}', `["${'a'.repeat(40_000)}"]`)],
  ] as const) {
    it(`a message that is not written as usual is left to the parser with ${what}`, () => {
      assert.equal(usual(text), undefined, text);
      assertRead(text);
    });
  }

  it('a message that is not written as usual is left to the parser where its bytes are no UTF-8', () => {
    const bytes = Buffer.from(CAPTURED);
    for (const place of ['tiny.slow', '(1,)', 'origin', body.slice(4)]) {
      const broken = Buffer.from(bytes);
      broken[CAPTURED.indexOf(place)] = 0xff;
      assert.equal(readUsualMessage(broken), undefined);
      assert.equal(readListItem(broken), undefined);
    }
  });
});
