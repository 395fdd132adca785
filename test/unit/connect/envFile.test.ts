import assert from 'node:assert/strict';
import { decodeEnvFile, isLiteral, mergeEnvFiles, readEnvFile } from '../../../src/connect/env/envFile';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { DELIMITERS } from '../../support/delimiters';

const url = (text: string): string | undefined => readEnvFile(text).DATABASE_URL;
const DATABASE = 'postgres://bob:pw@host:5432/shop?sslmode=require';

describe('connect/envFile', () => {
  it('a .env file is read in every style that Django projects have', () => {
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

  it('a .env file keeps a # that is part of a value, quoted or not', () => {
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

  it('a .env file brings a password with any special character to the database', () => {
    for (const char of DELIMITERS.filter((one) => one !== ' ')) {
      const password = `p${char}w`;
      const text = `DEBUG=1\nDATABASE_URL=postgres://bob:${password}@host/shop\nREDIS_URL=redis://host\n`;
      const target = parsePostgresUrl(url(text) ?? '', 'DATABASE_URL');
      assert.deepEqual([target.password, target.host, target.database], [password, 'host', 'shop'], char);
      assert.equal(readEnvFile(text).REDIS_URL, 'redis://host', char);
    }
  });

  it('a .env file is read with any line ends, byte order mark and encoding that an editor gives it', () => {
    const text = `SECRET_KEY=é\r\nexport DATABASE_URL="${DATABASE}"\r\n`;
    for (const written of [text, `\ufeff${text}`, text.replaceAll('\r\n', '\r'), text.replaceAll('\r\n', '\n\n\n')])
      assert.equal(url(written), DATABASE);
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    assert.equal(url(decodeEnvFile(utf16)), DATABASE);
    assert.equal(url(decodeEnvFile(Buffer.from(utf16).swap16())), DATABASE);
    assert.equal(readEnvFile(decodeEnvFile(Buffer.from(text))).SECRET_KEY, 'é');
  });

  it('a .env file has quotes of each kind, escaped ones among them', () => {
    for (const [text, value] of [
      ['A="x\\"y"', 'x"y'],
      ["A='x\\'y'", "x'y"],
      ["A='C:\\path\\'", 'C:\\path\\'],
      ['A="C:\\\\path\\\\"', 'C:\\path\\'],
      ['A="one\\ntwo"', 'one\ntwo'],
      ["A='one\\ntwo'", 'one\\ntwo'],
      ['A=`x "y"`', 'x "y"'],
      ['A="x";', 'x'],
      ["A='x', # y", 'x'],
      ['A="x', '"x'],
      ["A='x\nB='y'", "'x"],
      ['A="x" y', '"x" y'],
      ['A=""', ''],
      ['A=#x', '#x'],
      ['A: x', 'x'],
      ['set A=x', 'x'],
    ] as const)
      assert.equal(readEnvFile(text).A, value, text);
    assert.equal(readEnvFile("A='x\nB='y'").B, 'y');
    assert.deepEqual({ ...readEnvFile('A="x\\\\"\nB="\nC=1') }, { A: 'x\\', B: '"', C: '1' });
  });

  it('a .env file says which values are literal, also of several files', () => {
    const one = readEnvFile("A='$x'\nB=$x\nC=1\n");
    const two = readEnvFile("B='$y'\nC=2\n");
    assert.deepEqual([isLiteral(one, 'A'), isLiteral(one, 'B'), isLiteral(two, 'B')], [true, false, true]);
    const both = mergeEnvFiles([one, two]);
    assert.deepEqual({ ...both }, { A: '$x', B: '$y', C: '2' });
    assert.ok(isLiteral(both, 'A') && isLiteral(both, 'B'));
    assert.ok(!isLiteral(mergeEnvFiles([two, one]), 'B'));
    assert.equal(readEnvFile('__proto__=x\nA=1').A, '1');
  });

  it('a .env file without a DATABASE_URL, or that is something else, has none', () => {
    for (const text of ['', '\n', 'DATABASE_URL', '# DATABASE_URL=x', 'MY_DATABASE_URL=x', '\u0000\u0001\ufffd', '='])
      assert.equal(url(text), undefined, JSON.stringify(text));
    assert.equal(url('DATABASE_URL='), '');
  });
});
