import assert from 'node:assert/strict';
import { DEFAULT_MASKED_KEYS, oneLineJson } from '../../../src/base/jsonText';
import { Random } from '../../support/random';

const masked = (text: string, keys = DEFAULT_MASKED_KEYS): string => oneLineJson(text, keys).rawJSON;

describe('base/masking', () => {
  it('masking of arguments replaces the value, whatever it is', () => {
    for (const value of [
      '"x"',
      '12',
      'null',
      'true',
      '[1, {"a": "}"}]',
      '{"a": {"b": "]"}}',
      '""',
      '"a\\"b,}"',
      ' \n 5 ',
    ]) {
      assert.equal(masked(`{"a":1,"password":${value},"b":2}`), '{"a": 1, "password": "***", "b": 2}', value);
      assert.equal(masked(`[{"password" : ${value}},3]`), '[{"password": "***"}, 3]', value);
    }
  });

  it('masking of arguments reaches nested objects, in arrays too', () => {
    assert.equal(
      masked('{"a":[{"b":{"token":"t","c":1}},{"token":["u"]}]}'),
      '{"a": [{"b": {"token": "***", "c": 1}}, {"token": "***"}]}',
    );
  });

  it('masking of arguments knows a key in every spelling', () => {
    for (const key of [
      'PASSWORD',
      'user_password',
      'access-token',
      'accessToken',
      'API_KEY',
      'api key',
      'x-api-key',
      'client.secret',
      'csrfToken',
      'Authorization',
      'db_passwd',
      'SSN',
      'user_ssn',
      'userSsn',
    ]) {
      assert.equal(masked(JSON.stringify({ [key]: 'x' })), `{${JSON.stringify(key)}: "***"}`, key);
    }
    assert.equal(masked('{"pass\\u0077ord": "x"}'), '{"pass\\u0077ord": "***"}');
  });

  it('masking of arguments leaves other keys alone', () => {
    for (const key of [
      'hook_id',
      'passport',
      'classname',
      'class_name',
      'businessName',
      'business_name',
      'key',
      'author',
    ]) {
      assert.equal(masked(JSON.stringify({ [key]: 'x' })), `{${JSON.stringify(key)}: "x"}`, key);
    }
  });

  it('masking of arguments does not take a value for a key', () => {
    assert.equal(masked('["password", "x"]'), '["password", "x"]');
    assert.equal(masked('{"field": "password", "value": "x"}'), '{"field": "password", "value": "x"}');
    assert.equal(masked('"password"'), '"password"');
  });

  it('masking of arguments masks the keys that the user names, and no other', () => {
    assert.equal(masked('{"E-Mail":"a@b","password":"p"}', ['e_mail']), '{"E-Mail": "***", "password": "p"}');
    assert.equal(masked('{"password":"p"}', []), '{"password": "p"}');
    assert.equal(masked('{"a":"p"}', ['', ' ', '-']), '{"a": "p"}');
  });

  it('masking of arguments lets no secret through a text that was cut', () => {
    const whole = '{"a": "b", "password": {"deep": ["hunter2", "hunter2"]}, "c": 1}';
    for (let end = 0; end <= whole.length; end++) assert.doesNotMatch(masked(whole.slice(0, end)), /hunter2/);
  });

  it('masking of arguments finds every secret in random objects, and the rest stays', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new Random(seed);
      const build = (depth: number, secret: boolean): unknown => {
        const kind = random.integer(0, depth > 0 ? 3 : 1);
        if (kind <= 1)
          return secret ? `hunter${String(random.integer(1, 99))}` : random.pick(['a', 1, null, '},{"password":']);
        const items = Array.from({ length: random.integer(0, 4) }, () => random.next() < 0.3);
        if (kind === 2) return items.map(() => build(depth - 1, secret));
        return Object.fromEntries(
          items.map((hide, i) => [hide ? `my_Token${String(i)}` : `k${String(i)}`, build(depth - 1, secret || hide)]),
        );
      };
      const value = build(4, false);
      const hidden = JSON.stringify(value, (key, inner: unknown) => (key.startsWith('my_Token') ? '***' : inner));
      const text = JSON.stringify(value, undefined, ' ');
      assert.deepEqual(JSON.parse(masked(text)), JSON.parse(hidden), `seed ${String(seed)}`);
    }
  });
});
