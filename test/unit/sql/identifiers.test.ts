import assert from 'node:assert/strict';
import { parseTableName, quoteIdentifier, quoteLiteral } from '../../../src/sql/identifiers';
import { problemOf } from '../../support/problems';

describe('sql/identifiers', () => {
  it('table names are read as people write them, and come out quoted', () => {
    const cases: readonly [string, string][] = [
      ['task_manager_taskmanager', '"task_manager_taskmanager"'],
      ['public.tasks', '"public"."tasks"'],
      ['  tasks ', '"tasks"'],
      ['Tasks', '"Tasks"'],
      ['"my table"', '"my table"'],
      ['"a.b"."c d"', '"a.b"."c d"'],
      ['app."with ""quotes"""', '"app"."with ""quotes"""'],
      ['"a".b', '"a"."b"'],
      ['таблица', '"таблица"'],
      ["o'clock", '"o\'clock"'],
      ['a;drop', '"a;drop"'],
    ];
    for (const [text, quoted] of cases) assert.equal(parseTableName(text), quoted, text);
  });

  it('table names are refused in one sentence when they cannot be read', async () => {
    for (const text of [
      '',
      ' ',
      '.',
      'a.',
      '.a',
      'a.b.c',
      'a b',
      '"a',
      'a"b',
      '""',
      '"".a',
      'a\u0000',
      '"a\u0000"',
      'a\nb',
      '"a"b',
    ]) {
      await problemOf(() => parseTableName(text), 'invalid');
    }
  });

  it('table names show no password of a URL put in their place', async () => {
    const problem = await problemOf(() => parseTableName(`postgres://u:${'hunter2 '.repeat(20)}@h/db`), 'invalid');
    assert.doesNotMatch(problem.message, /hunter2/);
  });

  it('table names cannot break out of their quotes', () => {
    assert.equal(quoteIdentifier('a"; drop table x; --'), '"a""; drop table x; --"');
    assert.equal(quoteLiteral("it's \\ ''"), "'it''s \\ '''''");
  });
});
