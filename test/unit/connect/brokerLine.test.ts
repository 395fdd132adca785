import assert from 'node:assert/strict';
import { brokerLine } from '../../../src/connect/env/brokerLine';

describe('connect/env/brokerLine', () => {
  const at = (...lines: string[]) => brokerLine(lines.join('\n'));

  it('goes to a line that is there, empty before commented, Celery before Redis', () => {
    assert.deepEqual(at('DATABASE_URL=x', 'CELERY_BROKER_URL=', 'REDIS_URL='), { line: 1, character: 18 });
    assert.deepEqual(at('# REDIS_URL=redis://localhost', '#CELERY_BROKER_URL=', ''), { line: 1, character: 19 });
    assert.deepEqual(at('A=1', '# REDIS_URL=redis://h'), { line: 1, character: 21 });
    assert.deepEqual(at('# CELERY_BROKER_URL=old', '', 'export CELERY_BROKER_URL='), { line: 2, character: 25 });
  });

  it('adds one at the end of the block of Celery, of Redis or of the database', () => {
    const insert = 'CELERY_BROKER_URL=';
    assert.deepEqual(at('DATABASE_URL=x', 'DEBUG=1', '', 'MAIL=x', ''), { line: 2, character: 18, insert });
    assert.deepEqual(at('DATABASE_URL=x', '', 'CELERY_RESULT_BACKEND=django-db', '', 'MAIL=x'), {
      line: 3,
      character: 18,
      insert,
    });
    assert.deepEqual(at('POSTGRES_DB=x', 'POSTGRES_HOST=y'), { line: 2, character: 18, insert });
    assert.deepEqual(at('export DATABASE_URL=x', ''), { line: 1, character: 25, insert: `export ${insert}` });
  });

  it('adds one at the end of a file without such a block', () => {
    const insert = 'CELERY_BROKER_URL=';
    assert.deepEqual(at(''), { line: 0, character: 18, insert });
    assert.deepEqual(at('DEBUG=1', ''), { line: 1, character: 18, insert });
    assert.deepEqual(at('DEBUG=1'), { line: 1, character: 18, insert });
    assert.deepEqual(brokerLine('DATABASE_URL=x\r\nDEBUG=1\r\n\r\nMAIL=x\r\n'), { line: 2, character: 18, insert });
  });
});
