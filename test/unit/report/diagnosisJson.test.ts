import assert from 'node:assert/strict';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { aDiagnosis, aSample, aTaskType } from '../../support/diagnosis';
import { schemaErrors } from '../../support/schema';

const withArguments = (...raw: string[]): Diagnosis =>
  aDiagnosis({
    taskTypes: [aTaskType({ samples: raw.map((rawJSON, id) => aSample({ id, arguments: { rawJSON } })) })],
  });

interface Exported {
  taskTypes: { samples: { arguments: unknown }[] }[];
  otherStatuses: object[];
}
const argumentsOf = (json: string): unknown[] =>
  (JSON.parse(json) as Exported).taskTypes[0]!.samples.map((sample) => sample.arguments);

describe('report/diagnosisJson', () => {
  it('the JSON of a Diagnosis fits the published schema', () => {
    const pending = { status: 'PENDING', count: 2, maxHoursStuck: 12.5, taskTypes: [aTaskType()] };
    for (const diagnosis of [
      aDiagnosis(),
      aDiagnosis({ taskTypes: [] }),
      aDiagnosis({ otherStatuses: [pending] }),
      withArguments('null', '{}'),
    ]) {
      assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(diagnosis))), []);
    }
  });

  it('the JSON of a Diagnosis ends with a line break and is indented by two', () => {
    const json = diagnosisJson(aDiagnosis());
    assert.ok(json.startsWith('{\n  "schemaVersion": 1,\n'));
    assert.ok(json.endsWith('}\n'));
  });

  it('the JSON of a Diagnosis writes arguments with every digit', () => {
    const json = diagnosisJson(withArguments('{"id": 12345678901234567890123, "x": 1.10000000000000000001}'));
    assert.ok(json.includes('"arguments": {"id": 12345678901234567890123, "x": 1.10000000000000000001}'));
    assert.deepEqual(argumentsOf(json), [{ id: 1.2345678901234568e22, x: 1.1 }]);
  });

  it('the JSON of a Diagnosis is not confused by arguments and texts that look like its own marks', () => {
    const uuid = '123e4567-e89b-42d3-a456-426614174000';
    const raw = [`"${uuid}0"`, '"$&$1$`"', '{"rawJSON": "[1]"}', '"\\u0000"', 'null'];
    const json = diagnosisJson(withArguments(...raw));
    assert.deepEqual(argumentsOf(json), [`${uuid}0`, '$&$1$`', { rawJSON: '[1]' }, '\u0000', null]);
    const message = aDiagnosis({
      taskTypes: [aTaskType({ samples: [aSample({ statusMessage: `${uuid}0`, taskId: '{"rawJSON":"1"}' })] })],
    });
    assert.ok(diagnosisJson(message).includes(`"statusMessage": "${uuid}0"`));
  });

  it('the JSON of a Diagnosis keeps many arguments apart', () => {
    const many = Array.from({ length: 500 }, (_, i) => `{"n": ${String(i)}}`);
    assert.deepEqual(
      argumentsOf(diagnosisJson(withArguments(...many))),
      many.map((raw) => JSON.parse(raw) as unknown),
    );
  });

  it('the JSON of a Diagnosis leaves out the task types of other statuses, which are for browsing only', () => {
    const others = [{ status: 'PENDING', count: 2, maxHoursStuck: 12.5, taskTypes: [aTaskType()] }];
    const exported = JSON.parse(diagnosisJson(aDiagnosis({ otherStatuses: others }))) as Exported;
    assert.deepEqual(exported.otherStatuses, [{ status: 'PENDING', count: 2, maxHoursStuck: 12.5 }]);
  });

  it('the JSON of a Diagnosis keeps odd status names', () => {
    const byStatus = Object.fromEntries([
      ['__proto__', 1],
      ['', 1],
      ['constructor', 1],
    ]);
    const json = diagnosisJson(aDiagnosis({ taskTypes: [aTaskType({ byStatus })] }));
    assert.match(json, /"byStatus": \{\s+"__proto__": 1,\s+"": 1,\s+"constructor": 1\s+\}/);
  });
});
