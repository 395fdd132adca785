import assert from 'node:assert/strict';
import { ansiText } from '../../../src/cli/ansi';
import type { Diagnosis, Phase, TaskType } from '../../../src/model/diagnosis';
import { VERDICTS } from '../../../src/model/verdict';
import { healthOf } from '../../../src/report/health';
import { PHASE_TITLES } from '../../../src/report/plan';
import { answerOf } from '../../../src/report/summary';
import { lineText, lineWidth } from '../../../src/report/terminal/line';
import { MOST_LINES, shortForm } from '../../../src/report/terminal/shortForm';
import { VERDICT_LOOKS } from '../../../src/report/verdictLooks';
import { aDiagnosis, aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';

const WIDTHS = [40, 60, 80, 132, 200];

function texts(diagnosis: Diagnosis, columns = 80): string[] {
  return shortForm(diagnosis, columns).map((line) => lineText(line).trimEnd());
}

/** As one paragraph, so that line breaks do not matter. */
function flowing(diagnosis: Diagnosis, columns = 80): string {
  return texts(diagnosis, columns).join(' ').replace(/\s+/g, ' ');
}

const PHASES: readonly Phase[] = [
  'now',
  'now',
  'now',
  'now',
  'then',
  'then',
  'then',
  'then',
  'later',
  'later',
  'info',
  'info',
  'info',
];

/** More of everything than any incident has: 2,000 types with all verdicts, 13 steps, every status, broken sources. */
function large(): Diagnosis {
  const verified = aVerifiedDiagnosis();
  const verdicts = Object.fromEntries(VERDICTS.map((verdict, index) => [verdict, 10 + index]));
  const count = Object.values(verdicts).reduce((sum, each) => sum + each, 0);
  const taskTypes = Array.from({ length: 2000 }, (_, index) =>
    aTaskType({
      taskModule: `breathecode.assignments.${'nested.'.repeat(index % 20)}tasks`,
      taskName: index % 3 === 0 ? `日本語の仕事_${String(index)}` : `async_deliver_hook_${String(index)}`,
      count,
      byStatus: { SCHEDULED: count },
      verdicts,
      outcomes: VERDICTS.map((verdict, place) => ({
        verdict,
        confidence: 'likely' as const,
        count: 10 + place,
        lastRuns: {},
        ...(verdict === 'lost' ? { cause: 'broker-wiped' as const } : {}),
      })),
    }),
  );
  const statuses = Array.from({ length: 50 }, (_, index) => `STATUS_${String(index)}`);
  return {
    ...verified,
    taskTypes,
    otherStatuses: statuses.map((status) => ({ status, count: 1234, maxHoursStuck: 950, taskTypes: [] })),
    younger: [{ status: 'SCHEDULED', count: 148_708, oldestLastRun: '2025-03-01T00:00:00Z' }],
    sources: [
      ...verified.sources,
      ...['effects', 'sessions', 'redis'].map((name) => ({
        name,
        state: 'unavailable' as const,
        detail: 'The server does not answer. '.repeat(20),
      })),
    ],
    recommendations: PHASES.map((phase, index) => ({
      id: `step-${String(index)}`,
      title: `Do what has to be done with these many tasks before anything else is done, number ${String(index)}`,
      why: 'Because.',
      evidence: [],
      actions: ['Do it.'],
      phase,
      rows: 42_384,
    })),
  };
}

describe('report/shortForm', () => {
  it('the short form fits into sixty lines and into the terminal, however much there is', () => {
    const diagnosis = large();
    for (const columns of WIDTHS) {
      const lines = shortForm(diagnosis, columns);
      assert.ok(lines.length <= MOST_LINES, `${String(lines.length)} lines at ${String(columns)}`);
      for (const line of lines) assert.ok(lineWidth(line) <= columns, `${String(columns)}: ${lineText(line)}`);
      assert.match(lines.slice(-6).map(lineText).join(' '), /--full, or --log-file FILE/, 'it says where the rest is');
    }
    assert.deepEqual(texts(diagnosis, 10), texts(diagnosis, 40), 'a terminal that is narrower wraps lines by itself');
    const plain = { ...diagnosis, parameters: { ...diagnosis.parameters, checkExecution: false } };
    for (const columns of WIDTHS) assert.ok(shortForm(plain, columns).length <= MOST_LINES);
  });

  it('the short form uses its sixty lines: several types and several steps at every width from 40 on', () => {
    for (const columns of [40, 80, 200]) {
      const lines = texts(large(), columns);
      assert.ok(lines.filter((line) => /^ ?\d+\. /.test(line)).length >= 3, lines.join('\n'));
      const from = lines.findIndex((line) => line.startsWith('Task types (2,000)'));
      const to = lines.findIndex((line) => /more types? with [\d,]+ tasks$/.test(line));
      assert.ok(from > 0 && to - from >= 4, lines.join('\n'));
    }
  });

  it('the short form begins with the answer, then what cannot wait, then the verdicts, the types and the steps', () => {
    const diagnosis = aVerifiedDiagnosis();
    const text = flowing(diagnosis, 100);
    const answer = answerOf(diagnosis);
    const headline = healthOf(diagnosis)?.headline;
    const order = [
      answer.stuck,
      answer.verdicts,
      headline,
      `results: not read, ${diagnosis.sources.find(({ name }) => name === 'results')?.detail ?? ''}`,
      'Not configured: workers',
      'lost 2 50%',
      'Task types (2)',
      'shop.tasks.send 3',
      '67% unknown',
      'shop.tasks.deliver 1',
      '100% lost',
      'What to do',
      '1. Start a worker for the queue mail',
      'VS Code',
    ];
    const places = order.map((part) => text.indexOf(part ?? 'no headline'));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
      text,
    );
    assert.ok(
      places.every((place) => place >= 0),
      `${JSON.stringify(places)} ${text}`,
    );
  });

  it('the short form says how many younger tasks there are where nothing is stuck, and how to include them', () => {
    const younger = [{ status: 'SCHEDULED', count: 148_708, oldestLastRun: '2025-03-10T05:00:00Z' }];
    const diagnosis = aDiagnosis({ taskTypes: [], younger, recommendations: [] });
    const text = flowing(diagnosis);
    assert.ok(
      text.startsWith(
        `${answerOf(diagnosis).stuck}. ${answerOf(diagnosis).younger ?? ''}. To include them: --hours 168.`,
      ),
      text,
    );
    assert.match(text, /--check-execution/);
    const none = flowing(aDiagnosis({ taskTypes: [], younger: [], recommendations: [] }));
    assert.match(none, /There are no younger ones either\./);
    const unknown = flowing(aDiagnosis({ taskTypes: [], recommendations: [] }));
    assert.doesNotMatch(unknown, /younger/);
  });

  it('the short form says beside the numbers that rows may be missing, and then not that there are no younger ones', () => {
    const postgres = {
      name: 'postgres',
      state: 'partial' as const,
      detail: 'PostgreSQL',
      gaps: [{ kind: 'row-security' as const, says: 'row security hides some' }],
    };
    const text = flowing(aDiagnosis({ taskTypes: [], younger: [], sources: [postgres] }));
    assert.match(text, /^No SCHEDULED task .*\. Rows may be missing from every number: row security hides some\./);
    assert.doesNotMatch(text, /no younger/);
  });

  it('the short form names the phases of the steps where the check verified, and numbers what is to be done', () => {
    const lines = texts({ ...large(), otherStatuses: [], sources: aVerifiedDiagnosis().sources }, 200);
    const from = lines.indexOf('What to do');
    assert.deepEqual(
      lines.slice(from).filter((line) => Object.values<string>(PHASE_TITLES).includes(line)),
      [PHASE_TITLES.now, PHASE_TITLES.then, PHASE_TITLES.later, PHASE_TITLES.info],
    );
    const marks = lines.slice(from).flatMap((line) => /^ {0,1}(\d+\.| -) /.exec(line)?.slice(1) ?? []);
    assert.deepEqual(marks, [...Array.from({ length: 10 }, (_, index) => `${String(index + 1)}.`), ' -', ' -', ' -']);
    const plain = aDiagnosis();
    const unverified = texts(plain).join('\n');
    assert.doesNotMatch(unverified, new RegExp(`^(${Object.values(PHASE_TITLES).join('|')})$`, 'm'));
    assert.equal(unverified.match(/^ \d\. /gm)?.length, plain.recommendations.length);
  });

  it('the short form has no value of an argument, no status message and nothing that steers a terminal', () => {
    const nasty = 'x\u001b[2J\u202e\nTask: fake';
    const sample = aSample({ arguments: { rawJSON: '{"token": "secret-argument"}' }, statusMessage: 'secret-message' });
    const type = aTaskType({ taskModule: nasty, taskName: nasty, samples: [sample], verdicts: { lost: 3 } });
    const other = { status: nasty, count: 1, maxHoursStuck: 1, taskTypes: [] };
    const verified = aVerifiedDiagnosis();
    const [advice] = verified.recommendations;
    const diagnosis = {
      ...verified,
      taskTypes: [type],
      otherStatuses: [other],
      sources: [...verified.sources, { name: 'effects', state: 'unavailable' as const, detail: nasty }],
      recommendations: [{ ...advice!, title: nasty }],
    };
    for (const columns of WIDTHS)
      for (const colors of [true, false]) {
        const text = ansiText(shortForm(diagnosis, columns), colors);
        assert.doesNotMatch(text, /secret/);
        // eslint-disable-next-line no-control-regex
        const rest = text.replace(/\u001b\[[\d;]+m/g, '');
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(rest, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
        if (!colors) assert.equal(rest, text, 'no escape sequence without colors');
      }
  });

  it('the short form shows verdicts in the colors that they have everywhere', () => {
    const lines = shortForm(aVerifiedDiagnosis(), 80);
    for (const verdict of ['lost', 'unknown'] as const) {
      const row = lines.find((line) => line[0]?.text.trim() === verdict);
      assert.equal(row?.[0]?.style?.color, VERDICT_LOOKS[verdict].color);
      const cell = lines.flat().find(({ text }) => text.endsWith(`% ${verdict}`));
      assert.equal(cell?.style?.color, VERDICT_LOOKS[verdict].color);
    }
  });

  it('the bars of the verdicts follow each other from the first column to the last', () => {
    const verdicts = { unknown: 500, lost: 300, finished: 190, failed: 9, held: 1 };
    const lines = texts({ ...aVerifiedDiagnosis(), taskTypes: [aTaskType({ count: 1000, verdicts })] }, 110);
    const bars = lines.flatMap((line) => /%( +[█▌][█▌ ]*)/.exec(line)?.slice(1) ?? []);
    assert.equal(bars.length, 5);
    const first = bars.map((bar) => bar.search(/[█▌]/));
    const last = bars.map((bar) => bar.trimEnd().length);
    for (let index = 1; index < bars.length; index++) {
      assert.ok(first[index]! <= last[index - 1]! && first[index]! >= last[index - 1]! - 1, bars.join('\n'));
      assert.ok(first[index]! > first[index - 1]! || index > 3, bars.join('\n'));
    }
  });

  it('an estimate is marked as one', () => {
    const types: TaskType[] = [
      aTaskType({
        count: 100_000,
        judged: 1000,
        verdicts: { lost: 60_000, unknown: 40_000 },
        byStatus: { SCHEDULED: 100_000 },
      }),
    ];
    const text = flowing({ ...aVerifiedDiagnosis(), taskTypes: types }, 120);
    assert.match(text, /lost ≈ 60,000 ≈ 60% ± \d/);
    assert.match(text, /≈ 60% ± \d\.\d lost/);
  });
});
