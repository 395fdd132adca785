import assert from 'node:assert/strict';
import { readEnvFile } from '../../src/connection/envFile';
import { parsePostgresUrl } from '../../src/connection/postgresUrl';
import { DELIMITERS } from '../support/delimiters';

const url = (text: string): string | undefined => readEnvFile(text).DATABASE_URL;
const DATABASE = 'postgres://bob:pw@host:5432/shop?sslmode=require';

describe('a .env file', () => {
  it('is read in every style that Django projects have', () => {
    for (const text of [
      `DATABASE_URL=${DATABASE}`,
      `export DATABASE_URL=${DATABASE}\n`,
      `  DATABASE_URL = ${DATABASE}  \n`,
      `DATABASE_URL='${DATABASE}'`,
      `DATABASE_URL="${DATABASE}"`,
      `export DATABASE_URL = "${DATABASE}" # the replica`,
      `DATABASE_URL=${DATABASE} # the replica`,
      `DATABASE_URL=${DATABASE}\t# a # b`,
      `# DATABASE_URL=postgres://old\nDATABASE_URL=${DATABASE}`,
      `DATABASE_URL=postgres://old\nDATABASE_URL=${DATABASE}`,
      `\n\nDEBUG=on\r\nDATABASE_URL=${DATABASE}\r\nSECRET_KEY='#1'\r\n`,
      `SECRET_KEY="a\nDATABASE=x\nb"\nDATABASE_URL=${DATABASE}`,
    ])
      assert.equal(url(text), DATABASE, text);
  });

  it('keeps a # that is part of a value, quoted or not', () => {
    const withHash = 'postgres://bob:p#w#@host/shop';
    for (const text of [
      `DATABASE_URL=${withHash}`,
      `DATABASE_URL=${withHash} # comment`,
      `export DATABASE_URL = ${withHash}\r\nOTHER=1\r\n`,
      `DATABASE_URL='${withHash}'`,
      `DATABASE_URL="${withHash}" # comment`,
    ])
      assert.equal(url(text), withHash, text);
    assert.equal(readEnvFile("A='x # y'").A, 'x # y');
    assert.equal(readEnvFile('A="x # y"').A, 'x # y');
    assert.equal(readEnvFile('A=x # y').A, 'x');
    assert.equal(readEnvFile('A= # nothing\nB=2').A, '');
    assert.equal(readEnvFile("A=it's#1").A, "it's#1");
    assert.equal(readEnvFile('A=b\\n#c').A, 'b\\n#c', 'no escapes without double quotes');
  });

  it('brings a password with any special character to the database', () => {
    for (const char of DELIMITERS.filter((one) => one !== ' ')) {
      const password = `p${char}w`;
      const text = `DEBUG=1\nDATABASE_URL=postgres://bob:${password}@host/shop\nREDIS_URL=redis://host\n`;
      const target = parsePostgresUrl(url(text) ?? '', 'DATABASE_URL');
      assert.deepEqual([target.password, target.host, target.database], [password, 'host', 'shop'], char);
      assert.equal(readEnvFile(text).REDIS_URL, 'redis://host', char);
    }
  });

  it('without a DATABASE_URL, or that is something else, has none', () => {
    for (const text of ['', '\n', 'DATABASE_URL', '# DATABASE_URL=x', 'MY_DATABASE_URL=x', '\u0000\u0001\ufffd', '='])
      assert.equal(url(text), undefined, JSON.stringify(text));
    assert.equal(url('DATABASE_URL='), '');
  });
});
