import type { Diagnosis, RowDetails, TaskType } from '../../../src/model/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

/** Would show itself by a picture that is asked for and a name that appears. */
export const SCRIPT = `</script><img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`;

/** Names as nobody should give them. */
export const NAMES = [
  SCRIPT,
  '<b>bold</b>&amp;<!--',
  'safe\u202Egnp.exe\u2066\u200F',
  'nul\u0000bell\u0007escape\u001B[31m',
  'lone\uD800surrogate\uDC00',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'x'.repeat(10_000),
  'العربية',
];

const MEGABYTE = JSON.stringify({ args: ['<i>'.repeat(350_000)], kwargs: { __proto__: null, constructor: SCRIPT } });

/** A Diagnosis in which everything that a database, a broker or a worker could say is hostile. */
export function hostileDiagnosis(): Diagnosis {
  const base = makeDiagnosis({ types: NAMES.length, rows: 400, samples: 2 });
  const pick = (index: number): string => NAMES[index % NAMES.length]!;
  return {
    ...base,
    taskTypes: base.taskTypes.map((type, index) => hostileType(type, index)),
    otherStatuses: NAMES.slice(0, 8).map((status) => ({ status, count: 3, maxHoursStuck: 9.5, taskTypes: [] })),
    sources: base.sources.map((source, index) => ({ ...source, detail: `${pick(index)} ${SCRIPT}` })),
    infrastructure: {
      ...base.infrastructure,
      postgres: { ...base.infrastructure.postgres, serverVersion: SCRIPT, address: pick(2), table: pick(1) },
      queues: NAMES.map((name) => ({
        name,
        length: 5,
        priorities: [{ priority: 0, length: 5 }],
        unacked: 0,
        consumed: null,
      })),
      workers: NAMES.map((name) => ({
        name,
        seen: 'answered' as const,
        queues: [...NAMES],
        active: 1,
        reserved: 1,
        scheduled: 1,
        concurrency: 1,
        uptimeSeconds: 1,
      })),
    },
    recommendations: base.recommendations.map((recommendation, index) => ({
      ...recommendation,
      title: `${pick(index)} ${SCRIPT}`,
      why: pick(index + 2),
      evidence: [...NAMES],
      actions: [...NAMES],
      snippets: [{ language: 'sql' as const, title: SCRIPT, text: `select '${SCRIPT}' ${'x'.repeat(3000)}` }],
      links: [
        { title: 'a script', url: 'javascript:window.pwned=1' },
        { title: 'not encrypted', url: 'http://example.com/' },
        { title: 'a file', url: 'file:///etc/passwd' },
        { title: 'good', url: 'https://example.com/"onclick="window.pwned=1' },
      ],
    })),
  };
}

function hostileType(type: TaskType, index: number): TaskType {
  const name = NAMES[index]!;
  return {
    ...type,
    taskModule: index % 2 === 0 ? SCRIPT : 'module',
    taskName: name,
    byStatus: { [name]: type.count },
    samples: type.samples.map((sample) => hostileSample(sample, name)),
  };
}

function hostileSample(sample: RowDetails, name: string): RowDetails {
  const { verification } = sample;
  return {
    ...sample,
    status: name,
    arguments: { rawJSON: name === NAMES[0] ? MEGABYTE : JSON.stringify([name, { [name]: SCRIPT }]) },
    taskId: name,
    statusMessage: `${name}\n${SCRIPT}\n${name}`,
    celeryState: name,
    ...(verification === undefined
      ? {}
      : {
          verification: {
            ...verification,
            evidence: NAMES.map((says) => ({ source: 'row' as const, says })),
            readings: [{ verdict: 'lost' as const, why: name, decidedBy: SCRIPT }],
          },
        }),
  };
}
