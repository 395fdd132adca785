import assert from 'node:assert/strict';
import { redact } from '../../src/diagnosis/redact';
import { DELIMITERS } from '../support/delimiters';

describe('redaction', () => {
  it('takes the password out of a URL', () => {
    assert.equal(
      redact('cannot read postgres://bob:hunter2@host:5432/db now'),
      'cannot read postgres://bob:***@host:5432/db now',
    );
    assert.equal(redact('rediss://:hunter2@host/0'), 'rediss://:***@host/0');
    assert.equal(redact('postgresql+psycopg2://bob:hunter2@host/db'), 'postgresql+psycopg2://bob:***@host/db');
  });

  it('leaves URLs without a password and other text alone', () => {
    for (const text of ['postgresql://user@host:5432/database', 'postgres://host:5432/db', 'at 10:30: a@b.c', ''])
      assert.equal(redact(text), text);
  });

  it('takes a whole password out of a URL, with any delimiter in it but white space', () => {
    for (const delimiter of DELIMITERS.filter((char) => char !== ' ')) {
      const clean = redact(`x postgres://bob:hun${delimiter}ter2@host/db y`);
      assert.doesNotMatch(clean, /hun|ter2/, delimiter);
      assert.ok(clean.startsWith('x postgres://bob:***@') && clean.endsWith('host/db y'), clean);
    }
  });

  it('takes out a known password, plain and percent-encoded', () => {
    for (const delimiter of DELIMITERS) {
      const secret = `hun${delimiter}ter2`;
      const clean = redact(`a ${secret} b ${encodeURIComponent(secret)} c`, [secret]);
      assert.equal(clean, 'a *** b *** c', delimiter);
    }
  });

  it('takes no empty or missing password for one', () => {
    assert.equal(redact('abc', ['', undefined]), 'abc');
  });
});
