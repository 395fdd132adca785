import assert from 'node:assert/strict';
import { pastedUrl } from '../../../src/connect/pastedUrl';

const URL = 'postgresql://app:p%40ss@db.example:5432/shop?sslmode=require';

describe('connect/pastedUrl', () => {
  it('takes the URL out of what people copy', () => {
    const pasted = [
      URL,
      `  ${URL}\n`,
      `DATABASE_URL=${URL}`,
      `export DATABASE_URL="${URL}"`,
      `export DATABASE_URL='${URL}';`,
      `DATABASE_URL: ${URL}`,
      `"${URL}";`,
      `psql ${URL}`,
      `$ psql "${URL}"`,
      `psql '${URL}' -c "select 1"`,
      `psql -d ${URL} -X`,
      `psql --dbname=${URL}`,
      `PGPASSWORD=secret psql ${URL}`,
      `sudo -u postgres psql ${URL}`,
      `pg_dump ${URL} > dump.sql`,
    ];
    for (const text of pasted) assert.equal(pastedUrl(text), URL, text);
    assert.equal(pastedUrl('redis-cli -u redis://:pw@host:6379/0 PING'), 'redis://:pw@host:6379/0');
    assert.equal(pastedUrl('celery -b redis://host/1 inspect ping'), 'redis://host/1');
    assert.equal(pastedUrl('CELERY_BROKER_URL=redis://host:6379/0;'), 'redis://host:6379/0');
  });

  it('leaves alone what is no command, also a password that looks like one', () => {
    for (const text of ['', 'psql', 'host:5432', 'postgresql://u:psql a@h/db', 'redis://a/0;redis://b/0'])
      assert.equal(pastedUrl(text), text);
    const long = `psql ${'x '.repeat(20_000)}`;
    assert.equal(pastedUrl(long), long.trim());
  });
});
