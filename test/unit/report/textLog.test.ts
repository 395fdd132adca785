import assert from 'node:assert/strict';
import { oneLineJson } from '../../../src/base/jsonText';
import type { Diagnosis } from '../../../src/model/diagnosis';
import type { SourceReport } from '../../../src/model/sources';
import { healthLine, healthOf } from '../../../src/report/health';
import { answerOf } from '../../../src/report/summary';
import { textLog } from '../../../src/report/textLog';
import { aDiagnosis, aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';
import { SEED_EXAMPLE } from '../../support/seedExample';

describe('report/textLog', () => {
  it('the text log is the output of the Django command before it, letter for letter', () => {
    const diagnosis = aDiagnosis({
      taskTypes: [
        aTaskType({
          taskModule: 'task_manager.django.tasks',
          taskName: 'execute_signal',
          count: 66597,
          maxHoursStuck: 906.6,
          samples: [
            aSample({
              id: 12345678,
              arguments: oneLineJson(
                '{"instance_id":98765,"model_path":"breathecode.assignments.Task","action":"status_updated"}',
              ),
              lastRun: '2025-02-15T10:23:45Z',
              taskId: '87d6f3a5-c612-49b3-9fe1-23456789abcd',
              attempts: 2,
            }),
          ],
        }),
        aTaskType({
          taskModule: 'breathecode.notify.tasks',
          taskName: 'async_deliver_hook',
          count: 63090,
          maxHoursStuck: 906.5,
          samples: [
            aSample({
              id: 23456789,
              arguments: oneLineJson('{"hook_id": 12345, "retry": false}'),
              lastRun: '2025-02-16T08:45:12Z',
              taskId: '9e45f2a6-d723-48c4-8fd2-34567890bcde',
              attempts: 3,
            }),
          ],
        }),
      ],
      otherStatuses: [{ status: 'PENDING', count: 1234, maxHoursStuck: 950.1, taskTypes: [] }],
    });
    assert.deepEqual(textLog(diagnosis).split('\n'), SEED_EXAMPLE.split('\n'));
  });

  it('the text log prints every sample with a rule of its own', () => {
    const samples = [aSample({ id: 9 }), aSample({ id: 8 }), aSample({ id: 7 })];
    const log = textLog(aDiagnosis({ taskTypes: [aTaskType({ samples })] }));
    assert.deepEqual(log.match(/^ID: .*$/gm), ['ID: 9', 'ID: 8', 'ID: 7']);
    assert.equal(log.match(/^-{40}$/gm)?.length, 3);
  });

  it('the text log prints null as None and empty text as nothing', () => {
    const sample = aSample({ arguments: null, taskId: '', statusMessage: '', attempts: null });
    const lines = textLog(aDiagnosis({ taskTypes: [aTaskType({ samples: [sample] })] })).split('\n');
    assert.ok(lines.includes('Arguments: None'));
    assert.ok(lines.includes('Task ID: '));
    assert.ok(lines.includes('Status Message: '));
    assert.ok(lines.includes('Attempts: None'));
    const missing = aSample({ arguments: { rawJSON: 'null' }, taskId: null, statusMessage: null, attempts: 0 });
    const others = textLog(aDiagnosis({ taskTypes: [aTaskType({ samples: [missing] })] })).split('\n');
    assert.ok(others.includes('Arguments: None'));
    assert.ok(others.includes('Task ID: None'));
    assert.ok(others.includes('Status Message: None'));
    assert.ok(others.includes('Attempts: 0'));
  });

  it('the text log keeps hostile text of a row on its line', () => {
    const nasty = 'a\nID: 666\r\n\u001b[2J\u202egnp.exe\u0085\u2028\u0007';
    const sample = aSample({
      statusMessage: nasty,
      taskId: nasty,
      arguments: oneLineJson(JSON.stringify({ a: nasty })),
    });
    const type = aTaskType({ taskModule: nasty, taskName: nasty, samples: [sample] });
    const other = { status: nasty, count: 1, maxHoursStuck: 1, taskTypes: [] };
    const log = textLog(aDiagnosis({ taskTypes: [type], otherStatuses: [other] }));
    assert.doesNotMatch(log, /[^\n\u0020-\u007e]/, 'something other than printable ASCII came through');
    assert.equal(log.match(/^ID: /gm)?.length, 1);
    assert.ok(log.includes('Status Message: a\\nID: 666\\r\\n\\u001b[2J\\u202egnp.exe\\u0085\\u2028\\u0007\n'));
  });

  it('the text log leaves readable text of other languages as it is', () => {
    const log = textLog(
      aDiagnosis({
        taskTypes: [aTaskType({ samples: [aSample({ statusMessage: 'fehlgeschlagen: Größe ñ 日本 🎉' })] })],
      }),
    );
    assert.ok(log.includes('Status Message: fehlgeschlagen: Größe ñ 日本 🎉\n'));
  });

  /** The log of a check that found nothing, without its rules and empty lines. */
  const nothing = (fields: Partial<Diagnosis> = {}): string[] =>
    textLog(aDiagnosis({ taskTypes: [], recommendations: [], ...fields }))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('='));

  it('the text log has every section when nothing is stuck, and says what was looked for', () => {
    assert.deepEqual(nothing(), [
      'Analyzing tasks stuck for more than 906 hours:',
      'No stuck tasks found: no SCHEDULED task is older than 906 h (37 days).',
      'Other potentially stuck tasks by status:',
      'None',
      'Recommendations:',
      'No task is old enough to need anything.',
    ]);
  });

  it('the text log never looks like an all-clear when younger tasks exist', () => {
    const younger = [{ status: 'SCHEDULED', count: 148_708, oldestLastRun: '2025-03-20T05:00:00Z' }];
    const answer = answerOf(aDiagnosis({ taskTypes: [], younger }));
    const lines = nothing({ younger });
    assert.equal(lines[2], `${answer.younger ?? ''}.`);
    assert.match(lines[2], /148,708/);
    assert.equal(
      lines.at(-1),
      'No task is old enough to need anything. To include the younger ones, check again with 24 hours.',
    );
    const none = nothing({ younger: [] });
    assert.equal(none[2], 'There are no younger ones either.');
    const hours = ['2025-03-01T00:00:00Z', '2025-03-25T03:00:00Z', '2025-03-25T04:59:00Z'].map(
      (oldestLastRun) =>
        nothing({ younger: [{ status: 'SCHEDULED', count: 1, oldestLastRun }] })
          .at(-1)
          ?.match(/with (.*)\./)?.[1],
    );
    assert.deepEqual(hours, ['168 hours', '1 hour', '0 hours']);
  });

  it('the text log of a check with verification begins with what cannot wait, also when nothing is stuck', () => {
    const { sources, infrastructure, parameters } = aVerifiedDiagnosis();
    const workers: SourceReport = { name: 'workers', state: 'ok', detail: '' };
    const read = [...sources.filter(({ name }) => name !== 'workers'), workers];
    const diagnosis = { parameters, sources: read, infrastructure: { ...infrastructure, workers: [] } };
    const lines = nothing(diagnosis);
    const health = healthOf(aDiagnosis({ ...diagnosis, taskTypes: [] }));
    assert.match(health?.headline ?? '', /worker/);
    assert.deepEqual(lines.slice(1, 4), [
      'Summary:',
      '  No SCHEDULED task is older than 906 h (37 days).',
      `  Health: ${healthLine(health!)}`,
    ]);
    assert.equal(lines.at(-1), `Start with this: ${health?.headline ?? ''}.`);
  });

  it('the text log leaves out the samples part of a type that has none (limit 0)', () => {
    const log = textLog(aDiagnosis({ taskTypes: [aTaskType({ samples: [] })] }));
    assert.ok(log.includes('Max Hours Stuck: 1000.13\n\nOther potentially'));
    assert.ok(!log.includes('Sample Tasks:'));
  });

  it('the text log prints fractions of hours in its first line as they were asked for', () => {
    const { parameters } = aDiagnosis();
    const log = textLog(aDiagnosis({ parameters: { ...parameters, hours: 0.5 } }));
    assert.ok(log.startsWith('Analyzing tasks stuck for more than 0.5 hours:\n'));
  });
});
