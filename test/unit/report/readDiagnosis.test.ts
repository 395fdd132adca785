import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { oneLineJson } from '../../../src/base/jsonText';
import { totalStuck, type Diagnosis } from '../../../src/model/diagnosis';
import { Problem } from '../../../src/base/problem';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { readDiagnosis } from '../../../src/report/readDiagnosis';
import { textLog } from '../../../src/report/textLog';
import { aDiagnosis, aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { schemaErrors } from '../../support/schema';

function withArguments(raw: string): Diagnosis {
  return aDiagnosis({ taskTypes: [aTaskType({ samples: [aSample({ arguments: oneLineJson(raw) })] })] });
}

function argumentsOf(diagnosis: Diagnosis): string | undefined {
  return diagnosis.taskTypes[0]?.samples[0]?.arguments?.rawJSON;
}

/** Another value at a place of an exported Diagnosis. */
function changed(place: string, value: unknown): string {
  const diagnosis = JSON.parse(diagnosisJson(makeDiagnosis({ types: 3 }))) as Record<string, unknown>;
  const path = place.split('.');
  const last = path.pop()!;
  let at = diagnosis;
  for (const key of path) at = at[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(diagnosis);
}

function refused(text: string): string {
  let message = '';
  assert.throws(
    () => readDiagnosis(text, 'report.json'),
    (error) => {
      assert.ok(error instanceof Problem && error.kind === 'invalid');
      ({ message } = error);
      return true;
    },
  );
  assert.match(message, /^report\.json [^\n]+\.$/, 'one sentence that names the file');
  return message;
}

describe('report/readDiagnosis', () => {
  it('reading an exported Diagnosis gives back what was written', () => {
    for (const diagnosis of [aDiagnosis(), aVerifiedDiagnosis(), makeDiagnosis(), makeDiagnosis({ verified: false })]) {
      const json = diagnosisJson(diagnosis);
      assert.deepEqual(readDiagnosis(json, 'report.json'), diagnosis);
      assert.equal(textLog(readDiagnosis(json, 'report.json')), textLog(diagnosis));
    }
  });

  it('reading an exported Diagnosis keeps every digit, every key and any depth of arguments', () => {
    for (const raw of [
      '{"id": 12345678901234567890, "price": 1.10, "__proto__": {"a": 1}, "a": 1, "a": 2}',
      '[1e400, -0.0, "]}\\"{,", {"arguments": [{"samples": 1}]}]',
      '"text"',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
    ])
      assert.equal(argumentsOf(readDiagnosis(diagnosisJson(withArguments(raw)), 'f')), raw);
  });

  it('reading an exported Diagnosis keeps them in examples too, wherever these stand', () => {
    const raw = ['1.10', '12345678901234567890', '[1e400]', '-0.0'];
    const [a, b, c, d] = raw.map((text, id) => aSample({ id, arguments: oneLineJson(text) }));
    const taskTypes = [aTaskType({ samples: [a!], examples: [b!, c!] }), aTaskType({ taskName: 'b', samples: [d!] })];
    const json = diagnosisJson(aDiagnosis({ taskTypes }));
    assert.deepEqual(readDiagnosis(json, 'f').taskTypes, taskTypes);
    const turned = aDiagnosis({ taskTypes: taskTypes.map(({ samples, ...type }) => ({ ...type, samples })) });
    assert.ok(diagnosisJson(turned).indexOf('"examples"') < diagnosisJson(turned).indexOf('"samples"'));
    assert.deepEqual(readDiagnosis(diagnosisJson(turned), 'f').taskTypes, taskTypes);
    assert.match(refused(json.replace('"examples": [', '"examples": [{},')), /taskTypes\[0\]\.examples\[0\]\.id/);
  });

  it('reading an exported Diagnosis puts arguments of a hand-made file on one line, where nothing in them can steer anything', () => {
    const json = diagnosisJson(withArguments('{"a": 1}')).replace('{"a": 1}', '{\n  "a" :1,"\u202eb":[ ]\n}');
    assert.equal(argumentsOf(readDiagnosis(json, 'f')), '{"a": 1, "\\u202eb": []}');
  });

  it('reading an exported Diagnosis takes minified files, a mark before the text, and older files', () => {
    const old = aVerifiedDiagnosis();
    const minified = JSON.stringify(JSON.parse(diagnosisJson(old)));
    assert.deepEqual(readDiagnosis(`\ufeff${minified}`, 'f'), old);
    assert.deepEqual(readDiagnosis(changed('elapsedMs', undefined), 'f').elapsedMs, undefined);
  });

  it('reading an exported Diagnosis is not fooled by keys that are written otherwise, or twice', () => {
    const json = diagnosisJson(withArguments('{"a": 12345678901234567890}'));
    const escaped = json.replace('"arguments"', '"\\u0061rguments"');
    assert.equal(argumentsOf(readDiagnosis(escaped, 'f')), '{"a": 12345678901234567890}');
    const twice = json.replace('"arguments":', '"arguments": {"first": 1}, "arguments":');
    assert.equal(argumentsOf(readDiagnosis(twice, 'f')), '{"a": 12345678901234567890}');
  });

  it('reading an exported Diagnosis says in one sentence what a file is that is no report', () => {
    assert.match(refused(''), /is not JSON/);
    assert.match(refused('{"a": '), /is not JSON/);
    assert.match(refused('[1]'), /holds no report/);
    assert.match(refused('null'), /holds no report/);
    assert.match(refused('{"name": "x"}'), /holds no report/);
    assert.match(refused(changed('schemaVersion', 2)), /another version.*schemaVersion 2/);
    assert.match(refused('x'.repeat(64 * 1024 * 1024 + 1)), /too large.*64 MB/);
  });

  it('reading an exported Diagnosis names the place that is not as it must be', () => {
    const wrong: readonly [string, unknown][] = [
      ['generatedAt', 'yesterday'],
      ['generatedAt', '2026-13-45T99:00:00Z'],
      ['taskTypes', {}],
      ['taskTypes.1', null],
      ['taskTypes.1.count', '5'],
      ['taskTypes.1.count', -1],
      ['taskTypes.1.count', 1.5],
      ['taskTypes.1.maxHoursStuck', null],
      ['taskTypes.1.taskName', 7],
      ['taskTypes.1.verdicts', { gone: 1 }],
      ['taskTypes.1.outcomes.0.verdict', 'constructor'],
      ['taskTypes.1.outcomes.0.cause', '__proto__'],
      ['taskTypes.1.samples', undefined],
      ['taskTypes.1.samples.0.verification.evidence', 'x'],
      ['taskTypes.1.samples.0.lastRun', null],
      ['timeline.bins', 121],
      ['timeline.bins', 0],
      ['timeline.binSeconds', 0],
      ['timeline.binSeconds', 1e12],
      ['parameters.statuses', 'SCHEDULED'],
      ['sources.0.state', 'fine'],
      ['infrastructure.postgres', undefined],
      ['recommendations.0.actions', [1]],
      ['recommendations.0.links.0.url', 'javascript:alert(1)'],
      ['recommendations.0.links.0.url', 'command:workbench.action.quit'],
    ];
    for (const [place, value] of wrong) {
      const named = place.replace(/\.(\d+)/g, '[$1]');
      assert.ok(refused(changed(place, value)).includes(named), `${place}: ${refused(changed(place, value))}`);
    }
    assert.match(refused(changed('taskTypes.0.lastRuns', { 119: 1 })), /bin outside its timeline/);
    for (const name of ['verdicts', 'outcomes', 'lastRuns'])
      assert.match(
        refused(changed(`taskTypes.1.${name}`, name === 'outcomes' ? [] : {})),
        new RegExp(`taskTypes\\[1\\]\\.${name} does not add up`),
      );
    assert.match(refused(changed('taskTypes.0.lastRuns', { '-1': 1 })), /taskTypes\[0\]\.lastRuns/);
  });

  it('reading an exported Diagnosis says what must be there instead', () => {
    const wrong: readonly [string, unknown, string][] = [
      ['taskTypes', {}, 'taskTypes must be an array'],
      ['taskTypes.1', [], 'taskTypes[1] must be an object'],
      ['taskTypes.1.byStatus', [3], 'taskTypes[1].byStatus must be an object'],
      ['taskTypes.1.count', 1.5, 'taskTypes[1].count must be an integer'],
      ['taskTypes.1.count', -1, 'taskTypes[1].count must not be negative'],
      ['taskTypes.1.samples', undefined, 'taskTypes[1].samples is missing'],
      ['taskTypes.1.verdicts', { gone: 1 }, 'taskTypes[1].verdicts has a key that is not allowed'],
      ['taskTypes.1.newestLastRun', '2026-13-45T99:00:00Z', 'newestLastRun must be a time in UTC as ISO 8601'],
      ['parameters.checkExecution', 1, 'parameters.checkExecution must be true or false'],
      ['sources.0.state', 'fine', 'sources[0].state is not a value this version supports'],
      ['timeline.bins', 121, 'timeline.bins is out of range'],
      ['recommendations.0.links.0.url', 'http://a', 'links[0].url must be an https address'],
    ];
    for (const [place, value, sentence] of wrong) {
      const message = refused(changed(place, value));
      assert.ok(message.includes(`${sentence})`), message);
    }
  });

  it('reading an exported Diagnosis keeps statuses whose names objects inherit, and arguments that look like our own', () => {
    const read = readDiagnosis(changed('taskTypes.1.byStatus', JSON.parse('{"__proto__":1,"constructor":2}')), 'f');
    assert.deepEqual(Object.entries(read.taskTypes[1]!.byStatus), [
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    const raw = '{"rawJSON": "x"}';
    assert.equal(argumentsOf(readDiagnosis(diagnosisJson(withArguments(raw)), 'f')), raw);
    const without = changed('taskTypes.0.samples.0.arguments', undefined);
    assert.equal(readDiagnosis(without, 'f').taskTypes[0]!.samples[0]!.arguments, null);
  });

  it('reading an exported Diagnosis leaves out what it does not know, also keys that would be no data', () => {
    const text = changed('__proto__', { polluted: true });
    const read = readDiagnosis(text, 'f') as unknown as Record<string, unknown>;
    assert.equal(read.polluted, undefined);
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.equal('extra' in readDiagnosis(changed('extra', 1), 'f'), false);
  });
});

describe('report/readDiagnosis', () => {
  const text = readFileSync('media/sample-diagnosis.json', 'utf8');

  it('the sample report is a Diagnosis by the published schema, and by what this version reads', () => {
    assert.deepEqual(schemaErrors(JSON.parse(text)), []);
    const diagnosis = readDiagnosis(text, 'the sample');
    assert.ok(diagnosis.parameters.checkExecution);
    const inBin = new Map<string, number>();
    for (const type of diagnosis.taskTypes)
      for (const [bin, rows] of Object.entries(type.lastRuns ?? {})) inBin.set(bin, (inBin.get(bin) ?? 0) + rows);
    assert.ok(Math.max(...inBin.values()) < totalStuck(diagnosis) / 2, 'the incident has a shape');
    assert.ok(diagnosis.timeline && diagnosis.taskTypes.every((type) => type.outcomes && type.lastRuns));
  });

  it('the sample report is small, and names nothing of the machine that made it', () => {
    assert.ok(text.length < 1_500_000, String(text.length));
    const addresses = [...text.matchAll(/\b[\w.-]+:\d{4,5}\/\w+/g)].map(([address]) => address);
    for (const address of addresses) assert.match(address, /^127\.0\.0\.1:(5432|6379)\//);
    assert.doesNotMatch(text, /\/(root|home|tmp|work|var|Users)\//);
  });
});
