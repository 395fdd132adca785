import assert from 'node:assert/strict';
import { schemaList } from '../../../src/sql/otherSchemas';
import { viewMayHide } from '../../../src/sql/viewText';

describe('sql/viewText', () => {
  for (const whole of [
    ' SELECT id, status\n   FROM tasks;',
    ' SELECT t.id, (t.made)::timestamp with time zone AS made FROM ONLY public.tasks t;',
    ` SELECT tasks.id, 'from where, limit 1'::text AS "join" FROM "group, by".tasks;`,
    " SELECT id, date_part('year'::text, made) AS y, EXTRACT(year FROM made) AS z FROM tasks;",
    ' SELECT id, (a IS DISTINCT FROM b) AS differs, (a, b) AS both FROM tasks;',
    ' SELECT a, b FROM one UNION ALL SELECT a, b FROM two;',
    ' SELECT id, COALESCE(status, lower(name)) AS status, with_tax, whereabouts FROM tasks_2024;',
  ])
    it(`the definition of a view shows every row: ${whole.trim()}`, () => {
      assert.equal(viewMayHide(whole), false);
    });

  for (const part of [
    " SELECT id FROM tasks WHERE (status = 'PENDING'::text);",
    ' SELECT t.id FROM (tasks t JOIN users u ON ((u.id = t.user_id)));',
    ' SELECT t.id FROM (users u LEFT JOIN tasks t ON ((u.id = t.user_id)));',
    ' SELECT id FROM tasks LIMIT 100;',
    ' SELECT id FROM tasks OFFSET 1;',
    ' SELECT id FROM tasks FETCH FIRST 3 ROWS WITH TIES;',
    ' SELECT DISTINCT ON (name) id FROM tasks ORDER BY name;',
    ' SELECT max(id) AS id FROM tasks GROUP BY name;',
    ' SELECT id FROM tasks INTERSECT SELECT id FROM others;',
    ' SELECT id FROM tasks EXCEPT SELECT id FROM done;',
    ' SELECT id FROM tasks UNION SELECT id FROM more;',
    ' SELECT t.id FROM tasks t, users u;',
    ' SELECT id FROM open_tasks() open_tasks(id);',
    ' SELECT id FROM ROWS FROM(open_tasks()) o(id);',
    ' SELECT x.id FROM ( SELECT tasks.id FROM tasks WHERE tasks.done) x;',
    ' WITH x AS ( SELECT tasks.id FROM tasks) SELECT x.id FROM x;',
    ' SELECT id FROM tasks TABLESAMPLE system (10);',
  ])
    it(`the definition of a view may leave rows out: ${part.trim()}`, () => {
      assert.equal(viewMayHide(part), true);
    });
});

describe('sql/viewText', () => {
  it('a list of schemas names some of many', () => {
    assert.equal(schemaList(['a']), 'schema "a"');
    assert.equal(schemaList(['a', 'b']), 'schemas "a" and "b"');
    assert.equal(schemaList(['a', 'b', 'c']), 'schemas "a", "b" and "c"');
    const many = Array.from({ length: 1200 }, (_, index) => `t${String(index)}`);
    assert.equal(schemaList(many), 'schemas "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7" and 1,192 more');
  });
});
