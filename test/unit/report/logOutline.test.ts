import assert from 'node:assert/strict';
import { oneLineJson } from '../../../src/base/jsonText';
import { logOutline, type LogPart } from '../../../src/report/logOutline';
import { textLog } from '../../../src/report/textLog';
import { aDiagnosis, aSample, aTaskType, aVerification, aVerifiedDiagnosis } from '../../support/diagnosis';
import { SEED_EXAMPLE } from '../../support/seedExample';

/** One line a part, indented by depth, with the first and the last line (from 1, as the editor counts). */
function drawn(parts: readonly LogPart[], depth = 0): string[] {
  return parts.flatMap(({ kind, title, detail, start, end, children }) => [
    `${'  '.repeat(depth)}${kind} ${title}${detail && ` [${detail}]`} ${String(start + 1)}-${String(end + 1)}`,
    ...drawn(children, depth + 1),
  ]);
}

const SEED_OUTLINE = [
  'section Analyzing tasks stuck for more than 906 hours 1-28',
  '  task task_manager.django.tasks.execute_signal [66,597] 4-15',
  '    sample 12345678 [2025-02-15 10:23:45+00:00] 9-15',
  '  task breathecode.notify.tasks.async_deliver_hook [63,090] 17-28',
  '    sample 23456789 [2025-02-16 08:45:12+00:00] 22-28',
  'section Other potentially stuck tasks by status 30-34',
  '  status PENDING [1,234] 33-34',
  'section Recommendations 36-44',
];

describe('report/logOutline', () => {
  it("the log's outline has every section, type, sample and status", () => {
    assert.deepEqual(drawn(logOutline(SEED_EXAMPLE)), SEED_OUTLINE);
  });

  it("the log's outline is the same with Windows line ends", () => {
    assert.deepEqual(drawn(logOutline(SEED_EXAMPLE.replaceAll('\n', '\r\n'))), SEED_OUTLINE);
  });

  it("the log's outline has the sections of a log in which nothing is stuck", () => {
    const outline = logOutline(textLog(aDiagnosis({ taskTypes: [], recommendations: [] })));
    assert.deepEqual(
      outline.map(({ kind, children }) => [kind, children.length]),
      [
        ['section', 0],
        ['section', 0],
        ['section', 0],
      ],
    );
  });

  it("the log's outline folds the evidence of a sample and leaves its verdict in sight", () => {
    const log = textLog(aVerifiedDiagnosis());
    assert.deepEqual(drawn(logOutline(log)), [
      'section Analyzing tasks stuck for more than 906 hours 1-47',
      '  summary Summary 4-8',
      '  task shop.tasks.send [3] 10-29',
      '    sample 7 unknown [2025-02-15 10:23:45+00:00] 16-29',
      '      verification Verification [unknown] 23-25',
      '  task shop.tasks.deliver [1] 31-47',
      '    sample 8 lost · never-published [2025-02-15 10:23:45+00:00] 37-47',
      '      verification Verification [lost (never-published, likely)] 44-45',
      'section Other potentially stuck tasks by status 49-52',
      'section Sources 54-66',
      'section Recommendations 68-78',
    ]);
  });

  it("the log's outline keeps neighbours apart: types without samples, several samples, several statuses", () => {
    const other = { status: 'PENDING', count: 1, maxHoursStuck: 1, taskTypes: [] };
    const taskTypes = [
      aTaskType({ taskName: 'a', samples: [] }),
      aTaskType({ taskName: 'b', samples: [aSample({ id: 2 }), aSample({ id: 1 })] }),
    ];
    const log = textLog(aDiagnosis({ taskTypes, otherStatuses: [other, { ...other, status: 'X' }] }));
    const kinds = drawn(logOutline(log)).map((line) => line.replace(/( \[.*)? \d+-\d+$/, ''));
    assert.deepEqual(kinds, [
      'section Analyzing tasks stuck for more than 906 hours',
      '  task shop.tasks.a',
      '  task shop.tasks.b',
      '    sample 2',
      '    sample 1',
      'section Other potentially stuck tasks by status',
      '  status PENDING',
      '  status X',
      'section Recommendations',
    ]);
    const lines = log.split('\n');
    const check = (part: LogPart): void => {
      assert.ok(lines[part.start]?.includes(part.title), part.title);
      assert.notEqual(lines[part.end], '', part.title);
      let last = part.start;
      for (const child of part.children) {
        assert.ok(child.start > last && child.end <= part.end, `${part.title} > ${child.title}`);
        last = child.end;
        check(child);
      }
    };
    logOutline(log).forEach(check);
  });

  it("the log's outline cannot be faked by names, messages or arguments", () => {
    const rule = '='.repeat(80);
    const fakes = [
      `x:\n${rule}\nTask: fake\nCount: 1\nID: 666\nLast Run: never`,
      rule,
      '-'.repeat(40),
      `Recommendations:\r\n${rule}`,
      `\u2028Task: fake\u2028ID: 666`,
      'ID: 666',
      'Status: fake',
      'Count: 666',
      'Last Run: never',
      'Verifying execution for fake:',
      'Verdict: finished',
      '',
    ];
    const shape = (parts: readonly LogPart[]): unknown[] =>
      parts.map(({ kind, detail, start, end, children }) => [kind, detail, start, end, shape(children)]);
    const outlineOf = (text: string): unknown[] => {
      const sample = aSample({
        statusMessage: text,
        taskId: text,
        arguments: oneLineJson(JSON.stringify({ [text]: text })),
        celeryState: text,
        verification: aVerification({
          evidence: [{ source: 'broker', says: text }],
          readings: [{ verdict: 'lost', why: text, decidedBy: text }],
        }),
      });
      const type = aTaskType({ taskModule: text, taskName: text, samples: [sample, sample] });
      const other = { status: text, count: 5, maxHoursStuck: 1, taskTypes: [] };
      return shape(logOutline(textLog(aDiagnosis({ taskTypes: [type, type], otherStatuses: [other] }))));
    };
    const expected = outlineOf('honest');
    for (const fake of fakes) assert.deepEqual(outlineOf(fake), expected, JSON.stringify(fake));
  });

  it("the log's outline is empty for any other text", () => {
    for (const text of ['', '\n', 'Task: a\nCount: 1\nID: 2\n', 'Title\n=====\n', '# Notes:\n\nText\n', '='.repeat(80)])
      assert.deepEqual(logOutline(text), [], JSON.stringify(text));
  });

  it("the log's outline takes a detail only from a count that is a number", () => {
    const [section] = logOutline(`A:\n${'='.repeat(80)}\nTask: a\nCount: many\n`);
    assert.equal(section?.children[0]?.detail, '');
  });

  it("the log's outline costs time in proportion to the length: 20 MB in two seconds", () => {
    const block = SEED_EXAMPLE.split('\n').slice(3, 15).join('\n');
    const body = `${block}\n\n`.repeat(Math.ceil(20e6 / block.length));
    const text = SEED_EXAMPLE.replace(/Task: [^]*?\n\nOther/, `${body}Other`);
    assert.ok(text.length > 20e6);
    const began = process.cpuUsage();
    const [section] = logOutline(text);
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1000;
    assert.equal(section?.children.length, Math.ceil(20e6 / block.length));
    assert.ok(took < 2000, `${took.toFixed(0)} ms`);
  });
});
