import assert from 'node:assert/strict';
import { JudgedRows } from '../../../src/model/judgedRows';
import type { StuckRow } from '../../../src/model/stuckRow';
import { rowsCsv, typesCsv } from '../../../src/report/csv';
import { aDiagnosis, aSample, aTaskType } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

/** Reads CSV as RFC 4180 has it, into lines of cells. Not the product's code. */
function read(text: string): string[][] {
  assert.equal(text.charCodeAt(0), 0xfeff, 'a byte order mark');
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [, quoted, bare, end] of text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    line.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      lines.push(line);
      line = [];
    }
  }
  return lines;
}

function column(lines: string[][], name: string): string[] {
  const at = lines[0]!.indexOf(name);
  assert.notEqual(at, -1, name);
  return lines.slice(1).map((line) => line[at]!);
}

const TYPE = { taskModule: 'shop.tasks', taskName: 'send' };

function judged(rows: readonly (Partial<StuckRow> & { readonly id: number })[]): JudgedRows {
  const all = new JudgedRows();
  for (const row of rows) {
    const stuck = { ...TYPE, status: 'SCHEDULED', lastRun: 1_700_000_000, updatedAt: 1_700_000_001.5, ...row };
    all.add(stuck as StuckRow, { verdict: 'lost', cause: 'broker-wiped', confidence: 'likely', twin: true });
  }
  return all;
}

describe('report/csv', () => {
  it('the table of types has a line for each type, whose numbers are those of the Diagnosis', () => {
    const diagnosis = makeDiagnosis({ types: 12, rows: 5000 });
    const lines = read(typesCsv(diagnosis));
    assert.equal(lines.length, 13);
    assert.ok(lines.every((line) => line.length === lines[0]!.length));
    assert.deepEqual(
      column(lines, 'stuck').map(Number),
      diagnosis.taskTypes.map(({ count }) => count),
    );
    assert.deepEqual(
      column(lines, 'lost').map(Number),
      diagnosis.taskTypes.map(({ verdicts }) => verdicts?.lost ?? 0),
    );
    assert.match(column(lines, 'causes')[0]!, /lost never-published: \d+/);
  });

  it('the table of types leaves the verdicts empty where nothing was verified', () => {
    const lines = read(typesCsv(makeDiagnosis({ types: 2, verified: false })));
    assert.deepEqual(column(lines, 'lost'), ['', '']);
    assert.deepEqual(column(lines, 'judged'), ['', '']);
  });

  it('the table of rows has every row that was judged, and of samples their masked arguments too', () => {
    const samples = [aSample({ id: 2, arguments: { rawJSON: '{"kwargs": {"password": "***", "n": 1}}' } })];
    const diagnosis = aDiagnosis({ taskTypes: [aTaskType({ ...TYPE, samples })] });
    const { text, rows, leftOut } = rowsCsv(diagnosis, judged([{ id: 1 }, { id: 2 }, { id: 3 }]));
    const lines = read(text);
    assert.deepEqual([rows, leftOut], [3, 0]);
    assert.deepEqual(column(lines, 'id'), ['1', '2', '3']);
    assert.deepEqual(column(lines, 'verdict'), ['lost', 'lost', 'lost']);
    assert.deepEqual(column(lines, 'duplicate'), ['yes', 'yes', 'yes']);
    assert.equal(column(lines, 'updated_at')[0], '2023-11-14T22:13:21.500Z');
    assert.deepEqual(column(lines, 'arguments'), ['', '{"kwargs": {"password": "***", "n": 1}}', '']);
  });

  it('the table of rows has the samples and examples where no check of this window judged the rest', () => {
    const diagnosis = makeDiagnosis({ types: 3, samples: 2 });
    const shown = diagnosis.taskTypes.flatMap(({ samples, examples = [] }) => [...samples, ...examples]);
    const lines = read(rowsCsv(diagnosis, undefined).text);
    assert.deepEqual(
      column(lines, 'id').map(Number),
      shown.map(({ id }) => id),
    );
    assert.deepEqual(
      column(lines, 'verdict'),
      shown.map(({ verification }) => verification?.verdict ?? ''),
    );
  });

  it('the table of rows ends where a spreadsheet does, and says how many rows are left out', () => {
    const { rows, leftOut, text } = rowsCsv({ taskTypes: [] }, judged([{ id: 1 }, { id: 2 }, { id: 3 }]), 2);
    assert.deepEqual([rows, leftOut], [2, 1]);
    assert.equal(read(text).length, 3);
  });

  it('no cell of a table is run by a spreadsheet, and every text comes back as it was', () => {
    const names = ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', ' =1', '  @x', '|cmd', '＝1', "=cmd|' /C calc'!A0"];
    const taskTypes = names.map((taskName) => aTaskType({ ...TYPE, byStatus: { [taskName]: 1 }, taskName }));
    const lines = read(typesCsv({ taskTypes }));
    assert.deepEqual(
      column(lines, 'statuses'),
      names.map((name) => `'${name}: 1`),
    );
    const samples = ['a,b', 'say "x"', 'two\r\nlines', "it's", ' space ', 'é😀', '1-2', ''].map((statusMessage, id) =>
      aSample({ id, statusMessage }),
    );
    const text = rowsCsv({ taskTypes: [aTaskType({ samples })] }, undefined).text;
    assert.deepEqual(
      column(read(text), 'status_message'),
      samples.map(({ statusMessage }) => statusMessage),
    );
    assert.ok(text.endsWith('\r\n'));
  });

  it('no negative number is taken for a formula', () => {
    const lines = read(rowsCsv({ taskTypes: [aTaskType({ samples: [aSample({ id: -5 })] })] }, undefined).text);
    assert.deepEqual(column(lines, 'id'), ['-5']);
  });
});
