import assert from 'node:assert/strict';
import { parsePython } from '../../../src/python/syntax/parse';
import type { Expression, Statement } from '../../../src/python/syntax/tree';

/** A tree in short, to compare: names, attributes and calls as they are written. */
function short(node: Expression | undefined): string {
  if (!node) return '-';
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'attribute':
      return `${short(node.of)}.${node.name}`;
    case 'item':
      return `${short(node.of)}[${node.index ? short(node.index) : ':'}]`;
    case 'call': {
      const args = [
        ...node.positional.map(short),
        ...node.keywords.map(({ name, value }) => `${name}=${short(value)}`),
        ...node.spread.map((value) => `*${short(value)}`),
      ];
      return `${short(node.of)}(${args.join(', ')})`;
    }
    case 'text':
      return node.value === null ? 'f""' : JSON.stringify(node.value);
    case 'number':
    case 'constant':
      return String(node.value);
    case 'walrus':
      return `(${node.name} := ${short(node.value)})`;
    case 'not':
      return `not ${short(node.of)}`;
    case 'compare':
      return `(${short(node.left)} ${node.op} ${short(node.right)})`;
    case 'and':
    case 'or':
      return `(${short(node.left)} ${node.kind} ${short(node.right)})`;
    case 'choice':
      return `(${short(node.then)} if ${short(node.test)} else ${short(node.otherwise)})`;
    case 'list':
      return `[${node.items.map(short).join(', ')}]`;
    case 'dict':
      return `{${node.entries.map(({ key, value }) => `${key ? short(key) : '**'}: ${short(value)}`).join(', ')}}`;
    case 'later':
    case 'other':
      return `${node.kind}<${node.parts.map(short).join(', ')}>`;
  }
}

function one(text: string): Statement {
  const [statement] = parsePython(text);
  assert.ok(statement, text);
  return statement;
}

function expression(text: string): string {
  const statement = one(text);
  assert.equal(statement.kind, 'expression');
  return short(statement.value);
}

describe('python/syntax', () => {
  it('expressions are read as they are written', () => {
    const texts: readonly (readonly [written: string, read: string])[] = [
      ['a.b(c, d=1, *e, **f).g[0]["k"]', 'a.b(c, d=1, *e, *f).g[0]["k"]'],
      ['not (x := M.objects.filter(id=a).first())', 'not (x := M.objects.filter(id=a).first())'],
      ['a is not None and b not in [1, -2]', '((a is not null) and (b not in [1, -2]))'],
      ['f(x := 2, y)', 'f((x := 2), y)'],
      ['a == 1 or b', '((a == 1) or b)'],
      ['int(a) if a else None', '(int(a) if a else null)'],
      ['"a" \'b\'', '"ab"'],
      ['f"{x} y"', 'f""'],
      ['r"\\d"', '"\\\\d"'],
      ['{"a": 1, **k}', '{"a": 1, **: k}'],
      ['[i for i in y if i]', 'later<i, i, y, i>'],
      ['f(x for x in y)', 'f(later<x, x, y>)'],
      ['x[1:2]', 'x[:]'],
      ['await m.asave()', 'm.asave()'],
      ['a, b', '[a, b]'],
      ['a + b', 'other<a, b>'],
    ];
    assert.deepEqual(
      texts.map(([written]) => expression(written)),
      texts.map(([, read]) => read),
    );
  });

  it('a function has its parameters with their defaults, its decorators and its body', () => {
    const node = one('@app.task(bind=True)\n@other\ndef f(self, a: int, b="x", *, c=None, **_: Any):\n    return a\n');
    assert.equal(node.kind, 'function');
    assert.deepEqual(
      node.parameters.map(({ name, takes, default: given }) => [name, takes, short(given)]),
      [
        ['self', 'positional', '-'],
        ['a', 'positional', '-'],
        ['b', 'positional', '"x"'],
        ['c', 'keyword', 'null'],
        ['_', '**', '-'],
      ],
    );
    assert.deepEqual(node.decorators.map(short), ['app.task(bind=True)'.replace('True', 'true'), 'other']);
    assert.deepEqual(
      node.body.map(({ kind }) => kind),
      ['return'],
    );
  });

  it('statements with bodies keep each body apart', () => {
    const branches = one('if a:\n  b()\nelif c:\n  d()\nelse:\n  e()\n');
    assert.equal(branches.kind, 'if');
    assert.deepEqual([branches.branches.map(({ test }) => short(test)), branches.otherwise.length], [['a', 'c'], 1]);
    const tried = one('try:\n  a()\nexcept (X, y.Z) as e:\n  b()\nexcept Q:\n  c()\nelse:\n  d()\nfinally:\n  e()\n');
    assert.equal(tried.kind, 'try');
    assert.deepEqual(
      [tried.handlers.map(({ types }) => types.map(short)), tried.otherwise.length, tried.last.length],
      [[['X', 'y.Z'], ['Q']], 1, 1],
    );
    const loop = one('for a, b in c.d():\n  e()\n');
    assert.equal(loop.kind, 'loop');
    assert.deepEqual([loop.targets.map(short), short(loop.over), loop.body.length], [['a', 'b'], 'c.d()', 1]);
    const opened = one('with a() as b, c(d):\n  e()\n');
    assert.equal(opened.kind, 'with');
    assert.deepEqual(
      opened.items.map(({ value, as }) => [short(value), short(as)]),
      [
        ['a()', 'b'],
        ['c(d)', '-'],
      ],
    );
    const matched = one('match a:\n  case 1:\n    b()\n  case _:\n    c()\n');
    assert.equal(matched.kind === 'match' && matched.cases.length, 2);
  });

  it('assignments have all their targets', () => {
    const assigned = one('a = b.c = d');
    assert.equal(assigned.kind, 'assign');
    assert.deepEqual([assigned.targets.map(short), short(assigned.value)], [['a', 'b.c'], 'd']);
    const annotated = one('x: int = 5');
    assert.equal(annotated.kind === 'assign' && short(annotated.value), '5');
    assert.deepEqual(parsePython('x: int'), []);
  });

  it('imports name what they bind, with the folders that a relative one goes up', () => {
    const names = (text: string): unknown => {
      const node = one(text);
      return node.kind === 'import'
        ? [
            ...node.names.map((name) => [name.as, name.parts.join('.'), name.level]),
            ...node.stars.map(({ parts, level }) => ['*', parts.join('.'), level]),
          ]
        : node.kind;
    };
    assert.deepEqual(names('import a.b, c.d as e'), [
      ['a', 'a', 0],
      ['e', 'c.d', 0],
    ]);
    assert.deepEqual(names('from ..a.b import (c as d, e,)'), [
      ['d', 'a.b.c', 2],
      ['e', 'a.b.e', 2],
    ]);
    assert.deepEqual(names('from . import actions'), [['actions', 'actions', 1]]);
    assert.deepEqual(names('from ... import x'), [['x', 'x', 3]]);
    assert.deepEqual(names('from .models import *'), [['*', 'models', 1]]);
  });

  it('a broken text is read around its fault', () => {
    const statements = parsePython('def f(:\n    x = (\n\nclass A(models.Model):\n    n = 1\n');
    assert.ok(Array.isArray(statements));
    assert.doesNotThrow(() => parsePython('\u0000((((\n@@'));
  });
});
