import assert from 'node:assert/strict';
import * as v from 'valibot';
import {
  byKind,
  closedObject,
  object,
  read,
  record,
  UNKNOWN_FIELD,
  type Issue,
  type Shape,
} from '../../../src/base/shape';

/** The issue that refuses a value: its type, its message and its place. */
function issueOf(shape: Shape, value: unknown): { type: string; message: string; place: unknown[] } {
  let found: Issue | undefined;
  assert.throws(() =>
    read(shape, value, (issue) => {
      found = issue;
      return new Error('refused');
    }),
  );
  assert.ok(found);
  return { type: found.type, message: found.message, place: (found.path ?? []).map(({ key }) => key) };
}

function readOf(shape: Shape, value: unknown): unknown {
  return read(shape, value, (issue) => new Error(`${issue.type} ${issue.message}`));
}

describe('base/shape', () => {
  const some = object({ a: v.number('a number'), b: v.exactOptional(v.string('a text')) });

  it('an object leaves out fields that it does not know, and what a value inherits', () => {
    assert.deepEqual(readOf(some, { a: 1, c: 2 }), { a: 1 });
    const polluted = readOf(some, JSON.parse('{"a": 1, "__proto__": {"b": "x"}}'));
    assert.deepEqual(Object.keys(polluted as object), ['a']);
    assert.equal(Object.getPrototypeOf(polluted), Object.prototype);
    assert.deepEqual(issueOf(some, Object.create({ a: 1 })).place, ['a']);
  });

  it('an object refuses arrays, null and other values', () => {
    for (const value of [[], null, 'x', 7]) assert.equal(issueOf(object({}), value).type, 'object');
  });

  it('an object refuses a missing field in the words of that field', () => {
    assert.deepEqual(issueOf(object({ in: some }), { in: {} }), {
      type: 'number',
      message: 'a number',
      place: ['in', 'a'],
    });
    assert.deepEqual(issueOf(some, { a: 1, b: null }).place, ['b']);
  });

  it('a closed object reports an unknown field before anything else, with those that it knows', () => {
    const closed = closedObject({ first: v.string(), second: v.string() }, 'an object');
    const issue = issueOf(closed, { frist: 'x', second: 7 });
    assert.deepEqual(issue, { type: UNKNOWN_FIELD, message: 'first, second', place: ['frist'] });
    assert.deepEqual(readOf(closed, { second: 'b', first: 'a' }), { first: 'a', second: 'b' });
  });

  const counts = record(v.pipe(v.string(), v.regex(/^[a-z_]+$/, 'a name')), v.number('a number'));

  it('a record keeps every name, also one that objects inherit', () => {
    const text = '{"__proto__":1,"constructor":2,"prototype":3}';
    assert.equal(JSON.stringify(readOf(counts, JSON.parse(text))), text);
  });

  it('a record names the key or the value that is wrong', () => {
    assert.deepEqual(issueOf(counts, { a: 'x' }), { type: 'number', message: 'a number', place: ['a'] });
    assert.deepEqual(issueOf(counts, { A: 1 }), { type: 'regex', message: 'a name', place: ['A'] });
    assert.equal(issueOf(counts, [1]).type, 'record');
  });

  const shape = byKind({ text: v.string(), array: v.array(v.string('a text')) }, 'a text or several');

  it('a choice by kind names the place inside the shape that is meant', () => {
    assert.deepEqual(readOf(shape, ['a']), ['a']);
    assert.equal(readOf(shape, 'a'), 'a');
    assert.deepEqual(issueOf(shape, ['a', 1]), { type: 'string', message: 'a text', place: [1] });
    for (const value of [1, null, {}]) assert.equal(issueOf(shape, value).message, 'a text or several');
  });
});
