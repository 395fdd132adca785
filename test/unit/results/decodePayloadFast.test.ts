import assert from 'node:assert/strict';
import { parseResultPayload, readResultPayload } from '../../../src/results/payload';
import { readUsualPayload } from '../../../src/results/decodePayloadFast';
import { RESULTS } from '../../fuzz/support/captured';

const EXCEPTIONS = new Set(['FAILURE', 'RETRY', 'REVOKED']);
const usual = (text: string | Buffer) => readUsualPayload(Buffer.from(text as string), EXCEPTIONS);
const payload = (result: string, status = 'SUCCESS', date = '"2026-11-23T11:16:02.548332+00:00"') =>
  `{"status": "${status}", "result": ${result}, "traceback": null, "children": [], "date_done": ${date}, "task_id": "00000000-0000-4000-8000-000000000001"}`;

describe('results/decodePayloadFast', () => {
  it('a result as Celery usually writes it is read as the parser reads it: all that was captured of Celery 5.2 and 5.6', () => {
    const read = RESULTS.filter((bytes) => usual(bytes));
    for (const bytes of read) assert.deepEqual(usual(bytes), parseResultPayload(bytes), bytes.toString());
    const states = new Set(read.map((bytes) => /"status": "(\w+)"/.exec(bytes.toString())?.[1]));
    assert.deepEqual([...states], ['SUCCESS']);
    assert.ok(read.length > 5, String(read.length));
  });

  for (const text of [
    payload('null'),
    payload('null', 'SENT', 'null').replace('[]', 'null'),
    payload('-12'),
    payload('true'),
    payload('"a text: {\'status\'}"'),
    payload('3', 'SUCCESS', '"not a time"'),
    payload('3', 'SUCCESS', '"2026-02-30T25:61:61"'),
    payload('3').replace('"task_id"', '"group_id": "a", "parent_id": "b", "task_id"'),
  ])
    it(`a result as Celery usually writes it as ${text.slice(0, 60)}...`, () => {
      assert.notEqual(usual(text), undefined);
      assert.deepEqual(usual(text), parseResultPayload(Buffer.from(text)));
    });
});

describe('results/decodePayloadFast', () => {
  for (const [what, text] of [
    ['nothing', ''],
    ['cut short', payload('3').slice(0, -1)],
    ['something behind it', `${payload('3')} x`],
    ['an exception', payload('null', 'FAILURE')],
    ['a state of its own', payload('null', 'my state')],
    ['a text with quotes', payload('"a \\", \\"status\\": \\"SENT"')],
    ['an object', payload('{"status": "SENT"}')],
    ['a list', payload('[]')],
    ['a broken number', payload('007')],
    ['a number with a fraction', payload('1.5')],
    ['a line break', payload('"\n"')],
    ['a text in UTF-8', payload('"é"')],
    ['the status twice', payload('3').replace('"task_id"', '"status": "SENT", "task_id"')],
    ['its keys in another order', payload('3').replace('"status": "SUCCESS", "result": 3', '"result": 3, "status": "SUCCESS"')], // prettier-ignore
    ['children', payload('3').replace('[]', '[[["a", null], null]]')],
    ['more than 2 kB', payload(`"${'a'.repeat(3000)}"`)],
  ] as const)
    it(`a result that is not written as usual is left to the parser with ${what}`, () => {
      assert.equal(usual(text), undefined, text);
      assert.deepEqual(readResultPayload(Buffer.from(text)), parseResultPayload(Buffer.from(text)));
    });
});
