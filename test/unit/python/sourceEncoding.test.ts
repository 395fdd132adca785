import assert from 'node:assert/strict';
import { decodePython } from '../../../src/python/encoding';
import { findCallers } from '../../../src/python/findCallers';
import { findReceivers } from '../../../src/python/findReceivers';
import { findTask } from '../../../src/python/findTask';
import { tasksIn } from '../../../src/python/tasks';
import { typeOf } from '../../../src/vscode/code/lensTexts';
import { files, path } from '../../support/sourceFiles';

const { signal } = new AbortController();
const code = (name: string): string => `from celery import shared_task\n\n@shared_task\ndef ${name}(x):\n    pass\n`;
/** Bytes of a text in an encoding in which every character of it is one byte. */
const inOneByte = (text: string, bytes: Readonly<Record<string, number>> = {}): Buffer =>
  Buffer.from(Array.from(text, (char) => bytes[char] ?? char.charCodeAt(0)));

describe('python/sourceEncoding', () => {
  for (const [cookie, name, bytes] of [
    ['# -*- coding: latin-1 -*-', 'añadir', { ñ: 0xf1 }],
    ['# coding=iso-8859-1', 'añadir', { ñ: 0xf1 }],
    ['# coding: ISO_8859_1', 'añadir', { ñ: 0xf1 }],
    ['# vim: set fileencoding=cp1252 :', 'œuvre', { œ: 0x9c }],
    ['# -*- coding: windows-1252 -*-', 'œuvre', { œ: 0x9c }],
    ['# -*- coding: iso-8859-15 -*-', 'œuvre', { œ: 0xbd }],
    ['# coding: latin-9', 'œuvre', { œ: 0xbd }],
    ['# coding: cp1251', 'задача', { з: 0xe7, а: 0xe0, д: 0xe4, ч: 0xf7 }],
    ['# coding: koi8-r', 'задача', { з: 0xda, а: 0xc1, д: 0xc4, ч: 0xde }],
    ['# coding: mac-roman', 'añadir', { ñ: 0x96 }],
  ] as const)
    it(`the encoding of a Python file is named by a cookie: ${cookie}`, () => {
      const read = decodePython(inOneByte(`${cookie}\n${code(name)}`, bytes));
      assert.deepEqual(
        tasksIn(read, 'x').map(({ functionName }) => functionName),
        [name],
      );
      // The second line counts behind a comment, as the first does.
      const second = decodePython(inOneByte(`#!/usr/bin/env python\r\n${cookie}\r\n${code(name)}`, bytes));
      assert.match(second, new RegExp(`def ${name}\\(`));
    });

  for (const [cookie, name, hex] of [
    ['# coding: shift_jis', 'タスク', '835e8358834e'],
    ['# coding: cp932', 'タスク', '835e8358834e'],
    ['# -*- coding: euc_jp -*-', 'タスク', 'a5bfa5b9a5af'],
    ['# coding: gbk', '任务', 'c8cecef1'],
    ['# coding: big5', '任務', 'a5f4b0c8'],
  ] as const)
    it(`the encoding of a Python file may have several bytes a character: ${cookie}`, () => {
      const [before = '', after = ''] = `${cookie}\n${code('|')}`.split('|');
      const bytes = Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]);
      assert.match(decodePython(bytes), new RegExp(`def ${name}\\(`));
    });

  it('the encoding of a Python file is UTF-8 without a cookie, with one, and behind a byte order mark', () => {
    const text = code('añadir');
    for (const before of [
      '',
      '# coding: utf-8\n',
      '# -*- coding: UTF8 -*-\n',
      '# coding=utf_8_sig\n',
      '"""x"""\n# coding: latin-1\n',
    ])
      assert.match(decodePython(Buffer.from(before + text)), /def añadir\(/);
    const marked = Buffer.concat([Buffer.from('efbbbf', 'hex'), Buffer.from(`# coding: latin-1\n${text}`)]);
    assert.match(decodePython(marked), /def añadir\(/);
    // No comment, so no cookie.
    assert.match(decodePython(Buffer.from(`x = 1\n# coding: latin-1\n${text}`)), /def añadir\(/);
    assert.match(decodePython(Buffer.from(`encoding = "latin-1"\n${text}`)), /def añadir\(/);
  });

  it('the encoding of a Python file that nobody knows leaves what is ASCII right, and does not fail', () => {
    for (const cookie of ['rot13', 'cp437', 'utf-16', 'utf_32', 'no-such', 'x', '-._']) {
      assert.match(decodePython(Buffer.from(`# coding: ${cookie}\n${code('añadir')}`)), /def añadir\(/, cookie);
      const odd = decodePython(inOneByte(`# coding: ${cookie}\n# ñ\n${code('send')}`, { ñ: 0xf1 }));
      assert.equal(tasksIn(odd, 'x')[0]!.functionName, 'send', cookie);
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from([0xff]), Buffer.from('# coding:'), Buffer.alloc(5000, 0xfe)])
      assert.equal(typeof decodePython(bytes), 'string');
    const wrong = decodePython(inOneByte(`# coding: utf-8\n# ñ\n${code('send')}`, { ñ: 0xf1 }));
    assert.equal(tasksIn(wrong, 'x')[0]!.functionName, 'send');
  });

  it('the encoding of a Python file keeps places where they are', () => {
    const text = decodePython(inOneByte(`# coding: latin-1\n"ñ"; ñ = 1\n${code('añadir')}`, { ñ: 0xf1 }));
    assert.deepEqual(tasksIn(text, 'x')[0]!.place, { file: 'x', line: 5, column: 4 });
  });
});

describe('python/sourceEncoding', () => {
  /** As it is typed, and as `function.__name__` has it. */
  const FORMS: readonly (readonly [typed: string, known: string])[] = [
    ['an\u0303adir', 'añadir'],
    ['ﬁle_invoice', 'file_invoice'],
    ['ｓｅｎｄ', 'send'],
    ['𝐬𝐞𝐧𝐝', 'send'],
    ['µ_price', 'μ_price'],
    ['x²'.replace('²', 'ª'), 'xa'],
    ['añadir', 'añadir'],
  ];

  for (const [typed, known] of FORMS)
    it(`names in Python's normal form ${typed} is ${known}`, async () => {
      const project = files({
        'shop/tasks.py': code(typed),
        'shop/views.py': `from .tasks import ${typed}\n\ndef view():\n    ${typed}.delay(1)\n`,
        'shop/beat.py': `SCHEDULE = {'task': 'shop.tasks.${known}'}\n`,
      });
      // The row has what Python says; one of another writer may have what was typed.
      for (const taskName of new Set([known, typed])) {
        const task = { taskModule: 'shop.tasks', taskName };
        const { found } = await findTask(project, task, signal);
        assert.deepEqual(
          found.map(({ how, task: one }) => [
            how,
            one.functionName,
            path(one.place.file),
            one.place.line,
            one.place.column,
          ]),
          [['module', known, 'shop/tasks.py', 3, 4]],
        );
        const { callers } = await findCallers(project, task, signal);
        assert.deepEqual(callers.map(({ how, place, certain }) => [how, path(place.file), certain]).sort(), [
          ['delay', 'shop/views.py', true],
          ['schedule', 'shop/beat.py', true],
        ]);
      }
      const [function_] = tasksIn(code(typed), 'x');
      assert.ok(typeOf(function_!, 'shop/tasks.py', [{ taskModule: 'shop.tasks', taskName: known }]));
    });

  it("names in Python's normal form in another module are found by their name", async () => {
    const project = files({ 'other/jobs.py': code('ﬁle_invoice') });
    const { found } = await findTask(project, { taskModule: 'shop.tasks', taskName: 'file_invoice' }, signal);
    assert.deepEqual(
      found.map(({ how }) => how),
      ['elsewhere'],
    );
  });

  it("names in Python's normal form of modules are found on a disk that takes them apart", async () => {
    for (const folder of ['an\u0303adir', 'añadir']) {
      const project = files({ [`${folder}/tasks.py`]: code('send') });
      for (const module of ['añadir.tasks', 'an\u0303adir.tasks']) {
        const { found } = await findTask(project, { taskModule: module, taskName: 'send' }, signal);
        assert.deepEqual(
          found.map(({ how }) => how),
          ['module'],
          `${folder} ${module}`,
        );
        assert.ok(typeOf(found[0]!.task, `${folder}/tasks.py`, [{ taskModule: module, taskName: 'send' }]));
      }
    }
  });

  it("names in Python's normal form with marks of their script are modules too", async () => {
    const project = files({ 'दुकान/tasks.py': code('भेजें') });
    const { found } = await findTask(project, { taskModule: 'दुकान.tasks', taskName: 'भेजें' }, signal);
    assert.equal(found[0]?.how, 'module');
  });

  it("names in Python's normal form of signals and models", async () => {
    const project = files({
      'shop/signals.py': "from emisor import Emisor\nemisor = Emisor('shop')\nﬁled = emisor.signal('ﬁled')\n",
      'shop/receivers.py':
        'from .signals import filed\nfrom .models import An\u0303o\n\n@receiver(filed, sender=An\u0303o)\ndef got(sender, **kwargs):\n    pass\n',
      'shop/models.py': 'class Año: pass\n',
    });
    const named = { signalModule: 'shop', signalName: 'ﬁled', senderModule: 'shop.models', senderName: 'Año' };
    const { receivers } = await findReceivers(project, named, signal);
    assert.deepEqual(
      receivers.map(({ functionName, sender }) => [functionName, sender]),
      [['got', 'model']],
    );
  });
});
