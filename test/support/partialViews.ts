import assert from 'node:assert/strict';
import { howFarRead, shortlyRead } from '../../src/page/model/sources';
import type { GapKind, SourceReport } from '../../src/model/sources';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { markdown } from '../../src/report/markdown';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { textLog } from '../../src/report/textLog';
import { noticesOf } from '../../src/vscode/tree/notices';
import type { CheckResult } from '../../src/vscode/checks/checkState';
import { aVerifiedDiagnosis } from './diagnosis';
import { schemaErrors } from './schema';

/** Asserts that a report says `partial` with a gap of this kind, and that every view shows it. */
export function assertPartial(report: SourceReport, kind: GapKind): void {
  assert.equal(report.state, 'partial', report.detail);
  const gap = report.gaps?.find((one) => one.kind === kind);
  assert.ok(gap, JSON.stringify(report.gaps));
  assert.ok(report.detail.includes(gap.says), `${report.detail} tells of ${gap.says}`);
  const sources = [{ name: 'postgres', state: 'ok', detail: 'PostgreSQL' } as const, report];
  const diagnosis = aVerifiedDiagnosis({ sources });
  assert.match(textLog(diagnosis), new RegExp(`^${report.name}: read in part, `, 'm'));
  assert.match(markdown(diagnosis, null), new RegExp(`^\\| ${report.name} \\| partial \\| `, 'm'));
  const json = diagnosisJson(diagnosis);
  assert.deepEqual(schemaErrors(JSON.parse(json)), []);
  assert.deepEqual(readDiagnosis(json, 'report.json').sources, sources);
  const result = { diagnosis, profile: { name: 'prod' }, request: {}, finishedAt: new Date(0) } as CheckResult;
  const around = { trusted: true, broker: true, filtered: false, nothingLeft: false };
  const { above } = noticesOf({ result }, around);
  const told = above.find(({ id }) => id === 'sources');
  assert.equal(told?.label, `Read in part: ${report.name}`);
  assert.ok(told.tooltip?.includes(gap.says), told.tooltip);
  assert.match(howFarRead(sources), /^1 of 2 read in part; /);
  assert.deepEqual(shortlyRead(sources), { whole: false, says: '1 of 2 sources incomplete' });
}
