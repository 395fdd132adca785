import assert from 'node:assert/strict';
import { blocksOf, prettyJson } from '../../../src/page/model/json';
import { random } from '../../support/reportDiagnosis';

const pretty = (raw: string): string => prettyJson(raw).text;

/** Any JSON value. */
function value(next: () => number, depth: number): unknown {
  const kind = Math.floor(next() * (depth > 4 ? 5 : 7));
  const size = Math.floor(next() * 5);
  switch (kind) {
    case 0:
      return Math.floor(next() * 1e6) - 5e5;
    case 1:
      return ['', 'a "quoted" \\ text\\\\', '{"a": [1, 2]}', 'é, :\n\t', 'x\\'][size];
    case 2:
      return next() < 0.5;
    case 3:
      return null;
    case 4:
      return next();
    case 5:
      return Array.from({ length: size }, () => value(next, depth + 1));
    default:
      return Object.fromEntries(Array.from({ length: size }, (_, at) => [`key "${at}"`, value(next, depth + 1)]));
  }
}

describe('page/json', () => {
  it('JSON as the page shows it is what JSON.stringify writes, for any value that a parser does not change', () => {
    const next = random(7);
    for (let round = 0; round < 500; round++) {
      const made = value(next, 0);
      for (const raw of [JSON.stringify(made), JSON.stringify(made, null, '\t')])
        assert.equal(pretty(raw), JSON.stringify(made, null, 2));
    }
  });

  it('JSON as the page shows it keeps every digit, keys as they come, and keys that come twice', () => {
    assert.equal(
      pretty('{"b": 12345678901234567890.10, "a": 1E400, "b": -0}'),
      '{\n  "b": 12345678901234567890.10,\n  "a": 1E400,\n  "b": -0\n}',
    );
  });

  it('JSON as the page shows it shows characters that would steer the text as escapes, and stays JSON of the same value', () => {
    const raw = '{"a": "\u202Eevil\u0007\u2028", "\u200fk": 1}';
    assert.equal(pretty(raw), '{\n  "a": "\\u202eevil\\u0007\\u2028",\n  "\\u200fk": 1\n}');
    assert.deepEqual(JSON.parse(pretty('{"a": "\u202E"}')), { a: '\u202E' });
  });

  it('JSON as the page shows it is any depth deep, with bounded white space', () => {
    const deep = 300_000;
    const raw = '['.repeat(deep) + '1' + ']'.repeat(deep);
    const text = pretty(raw);
    assert.ok(text.length < raw.length + 5000, String(text.length));
    assert.equal(text.replace(/\s/g, ''), raw);
  });

  it('JSON as the page shows it writes what is too deep for indenting on one line', () => {
    const raw = `${'['.repeat(30)}1, {"a": 2}${']'.repeat(30)}`;
    assert.match(pretty(raw), /\[1, \{"a": 2\}\]/);
    assert.equal(pretty(raw).replace(/\s/g, ''), raw.replace(/\s/g, ''));
  });

  it('JSON as the page shows it loses nothing of what is not JSON', () => {
    for (const raw of ['', 'None', '{"a" 1', ']]', '"open', "{'a': datetime(1)}", '{"a":}', '\u0000'])
      assert.equal(pretty(raw).replace(/\s/g, ''), raw.replace(/\s/g, '').replace('\u0000', '\\u0000'));
  });

  it('JSON as the page shows it ends where enough was written, also within a long string, and says so', () => {
    const raw = JSON.stringify({ a: 'x'.repeat(1000), b: 1 });
    const head = prettyJson(raw, 100);
    assert.ok(head.cut);
    assert.equal(head.text, pretty(raw).slice(0, 100));
    assert.deepEqual(prettyJson('[1]', 100), { text: '[\n  1\n]', cut: false });
    assert.equal(prettyJson('"abc"', 5).cut, false);
    assert.equal(prettyJson('"abc"', 4).cut, true);
  });

  it('JSON as the page shows it cuts a long text into blocks of whole lines, with nothing lost', () => {
    const text = pretty(JSON.stringify(Array.from({ length: 20_000 }, (_, at) => `entry ${at}`)));
    const blocks = blocksOf(text);
    assert.ok(blocks.length > 10);
    assert.equal(blocks.join(''), text);
    for (const block of blocks.slice(0, -1)) assert.ok(block.endsWith('\n'));
    assert.deepEqual(blocksOf('x'.repeat(50_000)), ['x'.repeat(50_000)]);
  });

  it('JSON as the page shows it writes a megabyte in well under a second', () => {
    const raw = JSON.stringify(Array.from({ length: 60_000 }, (_, at) => `entry number ${at}`));
    assert.ok(raw.length > 1_000_000);
    // Of this process: what else the machine does must not count.
    const start = process.cpuUsage();
    pretty(raw);
    pretty(JSON.stringify('\\"'.repeat(300_000)));
    const { user, system } = process.cpuUsage(start);
    assert.ok((user + system) / 1000 < 1000);
  });
});
