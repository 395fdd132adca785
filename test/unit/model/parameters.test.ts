import assert from 'node:assert/strict';
import { DEFAULT_PARAMETERS, parseHours, parseLimit, parseStatuses } from '../../../src/model/parameters';
import { isTerminal } from '../../../src/model/statuses';
import { problemOf } from '../../support/problems';

describe('model/parameters', () => {
  it('the parameters of a check have the defaults of the Django command before it', () => {
    assert.deepEqual(DEFAULT_PARAMETERS, { hours: 906, limit: 5, statuses: ['SCHEDULED'] });
  });

  it("the reader of a check's parameters reads hours, whole and in fractions", () => {
    for (const [value, hours] of [
      [0, 0],
      ['0', 0],
      ['906', 906],
      [' 24 ', 24],
      ['0.5', 0.5],
      [876_000, 876_000],
      ['007', 7],
    ] as const) {
      assert.equal(parseHours(value, '--hours'), hours);
    }
  });

  it("the reader of a check's parameters refuses other hours in one sentence with the value and its name", async () => {
    for (const value of [
      '',
      'a',
      '-1',
      -1,
      NaN,
      Infinity,
      '1e3',
      '0x10',
      '1,5',
      '1.',
      876_001,
      null,

      [],
      {},
      true,
      '٣',
    ]) {
      const problem = await problemOf(() => parseHours(value, '--hours'), 'invalid');
      assert.match(problem.message, /^--hours cannot be ".*": give a number of hours from 0 to 876000\.$/);
    }
  });

  it("the reader of a check's parameters reads the number of samples", async () => {
    for (const [value, limit] of [
      [0, 0],
      ['0', 0],
      ['5', 5],
      [1000, 1000],
    ] as const)
      assert.equal(parseLimit(value, '--limit'), limit);
    for (const value of ['', '-1', 1.5, '1.5', 1001, 'five', null]) {
      const problem = await problemOf(() => parseLimit(value, '--limit'), 'invalid');
      assert.match(problem.message, /^--limit cannot be ".*": give a whole number of samples from 0 to 1000\.$/);
    }
  });

  it("the reader of a check's parameters reads statuses: known ones in any case, unknown ones as typed, doubles once", () => {
    assert.deepEqual(parseStatuses('scheduled, PENDING ,,Scheduled', '--status'), ['SCHEDULED', 'PENDING']);
    assert.deepEqual(parseStatuses(['Waiting', 'waiting'], '--status'), ['Waiting', 'waiting']);
    assert.deepEqual(parseStatuses("it's", '--status'), ["it's"]);
  });

  it("the reader of a check's parameters refuses statuses that cannot be", async () => {
    for (const value of ['', ' , ', [], [1], 5, null, 'X'.repeat(21)])
      await problemOf(() => parseStatuses(value, '--status'), 'invalid');
  });

  it("the reader of a check's parameters shows no password and no line break of a value put in the wrong place", async () => {
    const url = `postgres://user:${'hunter2'.repeat(20)}@host/db`;
    for (const parse of [parseHours, parseLimit]) {
      const problem = await problemOf(() => parse(url, '--hours'), 'invalid');
      assert.doesNotMatch(problem.message, /hunter2/);
    }
    await problemOf(() => parseHours('1\n2\u001b[31m', '--hours'), 'invalid');
  });

  it("the reader of a check's parameters knows the five terminal statuses and takes every other for open", () => {
    for (const status of ['DONE', 'CANCELLED', 'REVERSED', 'ERROR', 'ABORTED']) assert.equal(isTerminal(status), true);
    for (const status of ['SCHEDULED', 'PENDING', 'PAUSED', 'done', '', 'WHATEVER', 'toString'])
      assert.equal(isTerminal(status), false);
  });
});
