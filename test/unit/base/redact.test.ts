import assert from 'node:assert/strict';
import { redact, redactData, redactForeign } from '../../../src/base/redact';
import { forgetSecrets, isDistinctive, rememberSecret } from '../../../src/base/secrets';
import { canary } from '../../support/canary';
import { DELIMITERS } from '../../support/delimiters';

/** How a password may be written on its way through drivers, servers and logs. */
function formsOf(secret: string): Record<string, string> {
  const bytes = [...new TextEncoder().encode(secret)].map((byte) => byte.toString(16).padStart(2, '0'));
  const percent = encodeURIComponent(secret);
  return {
    'as written': secret,
    'percent-encoded': percent,
    'percent-encoded in lower case': percent.replace(/%../g, (code) => code.toLowerCase()),
    'percent-encoded everywhere': bytes.map((byte) => `%${byte}`).join(''),
    'percent-encoded in part': Array.from(secret, (char, index) => (index % 2 ? encodeURIComponent(char) : char)).join(
      '',
    ),
    'percent-encoded twice': encodeURIComponent(percent),
    'as a form field': percent.replaceAll('%20', '+'),
    'as JSON': JSON.stringify(secret).slice(1, -1),
    'as ASCII JSON': ascii(JSON.stringify(secret).slice(1, -1)),
    'as JSON within JSON': JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    'as SQL': secret.replaceAll("'", "''"),
    'as Python': secret.replace(/[\\']/g, '\\$&'),
    'as bytes of Python': Array.from(secret, (char) =>
      char.charCodeAt(0) < 128
        ? char
        : [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16)}`).join(''),
    ).join(''),
  };
}

function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('base/redact', () => {
  it('redaction of URLs takes the password out of a URL', () => {
    assert.equal(
      redact('cannot read postgres://bob:hunter2@host:5432/db now'),
      'cannot read postgres://bob:***@host:5432/db now',
    );
    assert.equal(redact('rediss://:hunter2@host/0'), 'rediss://:***@host/0');
    assert.equal(redact('postgresql+psycopg2://bob:hunter2@host/db'), 'postgresql+psycopg2://bob:***@host/db');
    assert.equal(redact('redis://:4711@host/0'), 'redis://:***@host/0');
  });

  it('redaction of URLs leaves URLs without a password and other text alone', () => {
    for (const text of [
      'postgresql://user@host:5432/database',
      'postgres://host:5432/db',
      'https://host:8080/path?mail=me@example.com',
      'http://host:80?next=@home',
      'at 10:30: a@b.c',
      '',
    ])
      assert.equal(redact(text), text);
  });

  it('redaction of URLs takes a whole password out of a URL, with any delimiter in it but white space', () => {
    for (const delimiter of DELIMITERS.filter((char) => char !== ' ')) {
      const clean = redact(`x postgres://bob:hun${delimiter}ter2@host/db y`);
      assert.doesNotMatch(clean, /hun|ter2/, delimiter);
      assert.ok(clean.startsWith('x postgres://bob:***@') && clean.endsWith('host/db y'), clean);
    }
  });
});

describe('base/redact', () => {
  it('redaction of long texts takes no longer where a text seems to begin a URL again and again', () => {
    const many = 200_000;
    for (const text of ['a'.repeat(many) + ' ://', 'a://b:'.repeat(many / 6), `a://${':'.repeat(many)}`]) {
      const start = performance.now();
      redact(text);
      // Some milliseconds; what is quadratic needs half a minute.
      assert.ok(performance.now() - start < 5000, text.slice(0, 10));
    }
  });
});

describe('base/redact', () => {
  beforeEach(forgetSecrets);

  it('redaction of known secrets takes out a given password, plain and percent-encoded', () => {
    for (const delimiter of DELIMITERS) {
      const secret = `hun${delimiter}ter2`;
      const clean = redact(`a ${secret} b ${encodeURIComponent(secret)} c`, [secret]);
      assert.equal(clean, 'a *** b *** c', delimiter);
    }
  });

  it('redaction of known secrets takes no empty or missing password for one', () => {
    rememberSecret('');
    rememberSecret(undefined);
    assert.equal(redact('abc', ['', undefined]), 'abc');
    assert.equal(redactForeign('abc'), 'abc');
  });

  it('redaction of known secrets finds a remembered one with any delimiter in it, in every form', () => {
    for (const delimiter of DELIMITERS) {
      for (const secret of [canary(`a${delimiter}b`), canary(delimiter), delimiter + canary('first')]) {
        forgetSecrets();
        rememberSecret(secret);
        for (const [form, written] of Object.entries(formsOf(secret))) {
          for (const clean of [redact, redactForeign]) assert.equal(clean(`a ${written} b`), 'a *** b', form);
        }
      }
    }
  });

  it('redaction of known secrets finds line breaks and letters beyond ASCII', () => {
    const secret = canary('line\nbreak\t😀ü');
    rememberSecret(secret);
    for (const [form, written] of Object.entries(formsOf(secret)))
      assert.equal(redact(`a ${written} b`), 'a *** b', form);
  });

  it('redaction of known secrets takes out the longer of two that begin alike', () => {
    const short = canary('twin');
    rememberSecret(short);
    rememberSecret(`${short}-more`);
    assert.equal(redact(`${short}-more ${short}`), '*** ***');
  });
});

describe('base/redact', () => {
  beforeEach(forgetSecrets);

  const WORDS = ['postgres', 'celery', '1234', '12345678', 'task_manager', 'secret', 'p', 'changeme', 'müller'];

  it('ordinary words as passwords are told from distinctive ones', () => {
    for (const word of WORDS) assert.equal(isDistinctive(word), false, word);
    for (const secret of ['celery-1', 'pass word', 'correcthorsebatterystaple', '0123456789abcdef', canary('x')])
      assert.equal(isDistinctive(secret), true, secret);
  });

  it('ordinary words as passwords stay in data, where a gap would tell them', () => {
    WORDS.forEach((word) => {
      rememberSecret(word);
    });
    const data = { queues: ['celery'], address: 'postgres:5432/postgres', arguments: { rawJSON: '{"id": 1234}' } };
    assert.equal(redactData(data), data);
    assert.equal(redact('12345678 of task_manager.p'), '12345678 of task_manager.p');
  });

  it('ordinary words as passwords go from what servers say, as words of their own and not out of others', () => {
    WORDS.forEach((word) => {
      rememberSecret(word);
    });
    assert.equal(redactForeign('AUTH celery (secret) failed'), 'AUTH *** (***) failed');
    assert.equal(
      redactForeign('postgresql 1234567 celerybeat xcelery 91234'),
      'postgresql 1234567 celerybeat xcelery 91234',
    );
    assert.equal(redactForeign("pass'müller'word"), "pass'***'word");
  });

  it('ordinary words as passwords stay there too where they are the names that the person gave', () => {
    rememberSecret('postgres');
    assert.equal(redactForeign('user "postgres"', ['postgres']), 'user "postgres"');
  });

  it('ordinary words as passwords are what a long one is, that its connection has as a name', () => {
    rememberSecret('shop-user-1', ['shop-user-1', 'host']);
    assert.equal(redact('at host as shop-user-1'), 'at host as shop-user-1');
    assert.equal(redactForeign('at host as shop-user-1'), 'at host as ***');
    // Also where another connection has it as a password alone, before or after.
    rememberSecret('shop-user-1');
    assert.equal(redact('as shop-user-1'), 'as shop-user-1');
    rememberSecret('shop-user-2');
    rememberSecret('shop-user-2', ['shop-user-2']);
    assert.equal(redact('as shop-user-2'), 'as shop-user-2');
  });
});

describe('base/redact', () => {
  beforeEach(forgetSecrets);

  it('redaction of data reaches every string and gives back the same value where there was nothing', () => {
    const secret = canary('data');
    rememberSecret(secret);
    const clean = { a: 1, b: ['x', { c: null, d: true }], e: { rawJSON: '[12345678901234567890]' } };
    assert.equal(redactData(clean), clean);
    const found = redactData({ ...clean, f: [`x ${secret}`, { g: secret }], h: 'redis://:pw@host' });
    assert.deepEqual(found, { ...clean, f: ['x ***', { g: '***' }], h: 'redis://:***@host' });
    assert.equal(found.b, clean.b, 'what did not change is not copied');
  });

  it('redaction of data leaves JSON valid and its numbers as they were, whatever is in the secret', () => {
    for (const delimiter of DELIMITERS) {
      const secret = canary(`j${delimiter}son`);
      forgetSecrets();
      rememberSecret(secret);
      const rawJSON = `{"id": 12345678901234567890.10, ${JSON.stringify(secret)}: [${JSON.stringify(`x ${secret}`)}, "\\u0041"]}`;
      assert.equal(
        redactData({ rawJSON }).rawJSON,
        '{"id": 12345678901234567890.10, "***": ["x ***", "\\u0041"]}',
        delimiter,
      );
    }
  });

  it('redaction of data does not find one over two strings or in a number', () => {
    rememberSecret('aa", "bb12');
    rememberSecret('1234567e12');
    const value = { rawJSON: '["aa", "bb12", 1234567e12]' };
    assert.equal(redactData(value).rawJSON, value.rawJSON);
  });

  it('redaction of data takes a string whole where a part would leave half an escape', () => {
    rememberSecret('u0041bcd-9');
    assert.equal(redactData({ rawJSON: '["\\u0041bcd-9", 1]' }).rawJSON, '["***", 1]');
  });

  it('redaction of data takes one out of JSON that was cut', () => {
    const secret = canary('cut');
    rememberSecret(secret);
    for (const cut of [`{"a": "${secret}`, `{"a": "${secret}\\`, `{"a": "${secret} …`])
      assert.doesNotMatch(redactData({ rawJSON: cut }).rawJSON, /Kanari/);
  });
});
