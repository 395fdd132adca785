import assert from 'node:assert/strict';
import {
  compareArguments,
  isPage,
  marksOf,
  marksOfJson,
  marksOfPlainJson,
  marksOfRepr,
} from '../../../src/base/argumentMarks';

/** As Python's json module writes the values of this test. */
const python = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/("(?:[^"\\]|\\.)*")|([:,])/g, (_all, text?: string, sign?: string) => text ?? `${sign ?? ''} `)
    .replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const plainly = (args: string, kwargs: string) =>
  marksOfPlainJson(`[[${args}], {${kwargs}}, {}]`, args.length, kwargs.length);

describe('base/argumentMarks', () => {
  for (const [args, kwargs] of [
    [[], {}],
    [[1], {}],
    [[1, 'a, b', -5, null, true, false], { name: 'x, "y": 3', n: 5 }],
    [['', ' ', ','], { a: '', b: 'x: y' }],
    [['é "quoted" \\ \n'], { name: 'ü\t' }],
    [[123456789012345], { page: 3, attempts: 2, total_pages: 9, task_manager_id: 7, own: 1 }],
    [Array.from({ length: 40 }, (_, n) => n), {}],
  ] as const)
    it(`the marks of arguments are the same however ${JSON.stringify([args, kwargs]).slice(0, 60)} is read`, () => {
      const inside = (value: unknown): string => python(value).slice(1, -1);
      const plain = plainly(inside(args), inside(kwargs));
      assert.deepEqual(plain, marksOf(args, kwargs));
      assert.deepEqual(plain, marksOfJson(JSON.stringify(args), JSON.stringify(kwargs)));
    });

  it('the marks of arguments do not hold the values', () => {
    assert.ok(marksOf(['secret'], { password: 'secret' })!.every(Number.isInteger));
  });

  it('the marks of arguments are none where there are no arguments', () => {
    for (const [args, kwargs] of [[null, {}], [[], null], ['x', {}], [[], []]] as const)
      assert.equal(marksOf(args, kwargs), null); // prettier-ignore
    assert.equal(marksOfJson('[', '{}'), null);
  });

  const compare = (row: readonly unknown[], message: readonly unknown[], a = {}, b = {}) =>
    compareArguments(marksOf(row, a), marksOf(message, b));

  it('the marks of arguments tell equal from different arguments', () => {
    assert.equal(compare([1, 'a'], [1, 'a']), 'equal');
    assert.equal(compare([1.0, { b: 1, a: [2] }], [1, { a: [2], b: 1 }]), 'equal');
    assert.equal(compare([], [], { user: 1 }, { user: 1 }), 'equal');
    assert.equal(compare([1], [1], { user: 1 }, { user: 1, page: 4, attempts: 1 }), 'equal');
    for (const other of [2, '1', true, null, [1], { a: 1 }, 1.5]) assert.equal(compare([1], [other]), 'different');
    assert.equal(compare([1, 2], [1, 3]), 'different');
    assert.equal(compare([1, 2], [2]), 'different');
  });

  it('the marks of arguments do not take for different what was only given in another way', () => {
    assert.equal(compare([1], []), 'unlike');
    assert.equal(compare([], [1]), 'unlike');
    assert.equal(compare([1], [1, 2]), 'unlike');
    assert.equal(compare([1], [1], { user: 1 }, { user: 2 }), 'unlike');
    assert.equal(compare([], [], { user: 1 }, { name: 1 }), 'unlike');
  });

  it('the marks of arguments do not take for equal what could not be compared', () => {
    assert.equal(compare([], []), 'nothing');
    assert.equal(compareArguments(null, marksOf([1], {})), 'unread');
    assert.equal(compareArguments(marksOf([1], {}), null), 'unread');
    const long = 'x'.repeat(5000);
    assert.equal(compare([1, long], [1, `${long}y`]), 'unread');
    assert.equal(compare([{ __type__: 'uuid', __value__: { hex: 'a' } }], ['a']), 'unread');
    assert.equal(compare([Infinity], [1]), 'unread');
    const many = Array.from({ length: 33 }, (_, n) => n);
    assert.equal(compare(many, many), 'unread');
  });

  it('the marks of arguments know a page', () => {
    assert.ok(isPage(marksOf([], { page: 2 })) && isPage(plainly('', '"page": 2')));
    assert.ok(isPage(marksOfRepr('()', "{'page': 2}", false)));
    assert.ok(!isPage(marksOf([], { pages: 2 })) && !isPage(null));
  });
});

describe('base/argumentMarks', () => {
  const compare = (args: string, kwargs: string, row: readonly unknown[], named = {}, told = false) =>
    compareArguments(marksOf(row, named), marksOfRepr(args, kwargs, told));

  it('the marks of what Python shows of arguments are those of the arguments', () => {
    assert.equal(compare('(1,)', '{}', [1]), 'equal');
    assert.equal(compare('[1]', '{}', [1]), 'equal');
    assert.equal(compare("(1, 'a', None, True, -2.5)", "{'user': 5, 'task_manager_id': 7}", [1, 'a', null, true, -2.5], { user: 5 }), 'equal'); // prettier-ignore
    assert.equal(compare('("it\'s",)', '{}', ["it's"]), 'equal');
    assert.equal(compare('(2,)', '{}', [1]), 'different');
    assert.equal(compare("('1',)", '{}', [1]), 'different');
    assert.equal(compare('()', '{}', [1]), 'unlike');
  });

  it('the marks of what Python shows of arguments stop where it is cut or not plain', () => {
    for (const args of [
      "(1, 'aaa...",
      '(1, ...)',
      '(1, [2])',
      "(1, Decimal('2'))",
      "(1, 'a\\\\b')",
      '(1, 12345678901234567890)',
    ])
      assert.equal(compare(args, '{}', [1, 2]), 'unread', args);
    assert.equal(compare("(2, 'aaa...", '{}', [1, 2]), 'different');
    for (const args of ['', '<hidden>', 'x', null]) assert.equal(marksOfRepr(args, '{}', false), null);
  });

  it('the marks of what Python shows of arguments prove less where they stand for a body that was not decoded', () => {
    assert.equal(compare('(1,)', '{}', [1], {}, true), 'unread');
    assert.equal(compare('(2,)', '{}', [1], {}, true), 'different');
  });

  it('the marks of what Python shows of arguments take no time over what never ends', () => {
    const began = performance.now();
    marksOfRepr(`(${"'a', ".repeat(200_000)}`, `{${"'a': 1, ".repeat(200_000)}`, false);
    assert.ok(performance.now() - began < 500);
  });
});
