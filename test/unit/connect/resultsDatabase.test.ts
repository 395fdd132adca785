import assert from 'node:assert/strict';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { resultsDatabase } from '../../../src/connect/resultsDatabase';
import { Problem } from '../../../src/base/problem';

const TASKS = parsePostgresUrl('postgresql://bob@db.example:5432/shop', 'tasks');
const of = (url: string | undefined) => resultsDatabase(url, TASKS, 'CELERY_RESULT_BACKEND');

describe('connect/resultsDatabase', () => {
  it('the database of db+postgresql:// is the one that the URL names', () => {
    const target = of('db+postgresql+psycopg2://ann:x@other.example/results');
    assert.ok(target && !(target instanceof Problem));
    assert.deepEqual(
      [target.host, target.port, target.database, target.user],
      ['other.example', 5432, 'results', 'ann'],
    );
  });

  it('the database of db+postgresql:// is none where it is that of the tasks, or where results are elsewhere', () => {
    for (const url of [
      'db+postgresql://ann@DB.example/shop',
      'redis://a/0',
      'django-db',
      'db+mysql://a/b',
      '',
      undefined,
    ])
      assert.equal(of(url), undefined, url);
  });

  it('the database of db+postgresql:// is a problem where the URL cannot be read', () => {
    const problem = of('db+postgresql://ann:geheim@host:port/results');
    assert.ok(problem instanceof Problem);
    assert.match(problem.message, /^CELERY_RESULT_BACKEND/);
    assert.doesNotMatch(problem.message, /geheim/);
  });
});
