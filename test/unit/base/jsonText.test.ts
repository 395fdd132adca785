import assert from 'node:assert/strict';
import { oneLineJson } from '../../../src/base/jsonText';
import { Random } from '../../support/random';

const line = (text: string): string => oneLineJson(text).rawJSON;

describe('base/jsonText', () => {
  it("JSON on one line is spaced as Python's json.dumps does", () => {
    assert.equal(line('{"a":1,"b":[1,2,{"c":null}],"d":{}}'), '{"a": 1, "b": [1, 2, {"c": null}], "d": {}}');
    assert.equal(line(' {\r\n\t"a" :  1 ,\n "b": [ ] } \n'), '{"a": 1, "b": []}');
  });

  it('JSON on one line takes scalars and null', () => {
    for (const text of ['null', 'true', 'false', '0', '-1.5e-10', '"text"', '""', '[]', '{}'])
      assert.equal(line(text), text);
    assert.equal(line('  12  '), '12');
  });

  it('JSON on one line keeps every digit of numbers', () => {
    const digits = '[9007199254740993, 12345678901234567890.12345678901234567890, -0.0, 1e400, 1E+2]';
    assert.equal(line(digits), digits);
  });

  it('JSON on one line keeps order and doubles of keys', () => {
    assert.equal(line('{"b":1,"a":2,"b":3,"__proto__":4}'), '{"b": 1, "a": 2, "b": 3, "__proto__": 4}');
  });

  it('JSON on one line leaves what stands inside strings alone, but for characters that steer a terminal', () => {
    assert.equal(line('["a,b:c {d} [e]  f\\"g\\\\"]'), '["a,b:c {d} [e]  f\\"g\\\\"]');
    assert.equal(line('"<script>\u202e\u009b</script>"'), '"<script>\\u202e\\u009b</script>"');
    assert.equal(line('"\\u0000\\u001b"'), '"\\u0000\\u001b"');
  });

  it('JSON on one line means the same as before, for random values', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const value = randomJson(new Random(seed), 4);
      const text = JSON.stringify(value, undefined, seed % 3 === 0 ? '\t' : '');
      const one = line(text);
      assert.deepEqual(JSON.parse(one), value, `seed ${String(seed)}`);
      assert.doesNotMatch(one, /\n/);
      assert.equal(line(one), one, 'a second time changes nothing');
    }
  });

  it('JSON on one line takes 100,000 levels without a stack overflow', () => {
    const depth = 100_000;
    const arrays = '['.repeat(depth) + ']'.repeat(depth);
    assert.equal(line(arrays), arrays);
    const objects = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    assert.equal(line(objects).length, objects.length + depth);
  });

  it('JSON on one line takes time in proportion to the length', function () {
    this.timeout(30_000);
    const milliseconds = (text: string): number => {
      const start = performance.now();
      oneLineJson(text, ['password']);
      return performance.now() - start;
    };
    const shapes: readonly ((bytes: number) => string)[] = [
      (bytes) => JSON.stringify('x'.repeat(bytes)),
      (bytes) => `[${'1,'.repeat(bytes / 2)}1]`,
      (bytes) => '['.repeat(bytes),
      (bytes) => '{"a":'.repeat(bytes / 5),
      (bytes) => `"${'\\'.repeat(bytes)}`,
      (bytes) => ' '.repeat(bytes),
      (bytes) => `{"password":${'['.repeat(bytes)}`,
      (bytes) => `{${'"password" '.repeat(bytes / 11)}`,
      (bytes) => `{"${'k'.repeat(bytes)}":1}`,
    ];
    for (const shape of shapes) {
      milliseconds(shape(100_000)); // warms up
      const large = milliseconds(shape(1_000_000));
      assert.ok(large < 5000, `${shape(20)}: ${large.toFixed(0)} ms for 1 MB`);
    }
  });

  it('JSON on one line comes to an end on what is not JSON, and keeps it on one line', () => {
    const broken = [
      '',
      '{',
      '"',
      '"\\',
      '{"a',
      '{"a":',
      '[1,,2',
      ']}',
      ':::',
      'a b\nc',
      '\u0000\u001b',
      '{"password"',
      '{"password":',
      '\ud800',
    ];
    for (const text of broken) assert.doesNotMatch(oneLineJson(text, ['password']).rawJSON, /[^ -~\ud800]/, text);
    const random = new Random(7);
    const pieces = ['{', '}', '[', ']', '"', '\\', ',', ':', ' ', '\n', 'a', '1', 'null', '"password"', '\u202e'];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.integer(1, 30) }, () => random.pick(pieces)).join('');
      assert.doesNotMatch(oneLineJson(text, ['password']).rawJSON, /[\n\u202e]/, JSON.stringify(text));
    }
  });
});

function randomJson(random: Random, depth: number): unknown {
  const kind = random.integer(0, depth > 0 ? 7 : 4);
  if (kind === 0) return null;
  if (kind === 1) return random.next() < 0.5;
  if (kind === 2) return random.integer(-1e6, 1e6) / 100;
  if (kind <= 4) return randomText(random);
  const length = random.integer(0, 5);
  if (kind === 5) return Array.from({ length }, () => randomJson(random, depth - 1));
  return Object.fromEntries(Array.from({ length }, () => [randomText(random), randomJson(random, depth - 1)]));
}

function randomText(random: Random): string {
  return Array.from({ length: random.integer(0, 8) }, () =>
    random.pick(['a', ' ', '"', '\\', '\n', '{', ',', ':', 'é', '🎉', '\u2028', '\u001b']),
  ).join('');
}
