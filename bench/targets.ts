/** What is promised, one line of the table each. */
export interface Target {
  readonly key: string;
  /** The row of the bench that measures it. */
  readonly bench: string;
  /** In the table until it was measured. */
  readonly what: string;
  /** Of the floor, in the table until it was measured. */
  readonly floor: string;
  readonly limit: number;
  readonly compare: 'at most' | 'at least';
  readonly unit: '×' | '× faster' | 'ms' | 'ms more' | 'MB' | 'kB';
}

const COUNTS = 'one pass that only counts';
const most = { compare: 'at most' } as const;

const scans: Target[] = [
  { major: 18, limit: 1.4 },
  { major: 15, limit: 1.9 },
].flatMap(({ major, limit }) =>
  ['1M', '10M'].map((rows) => ({
    key: `scan/${String(major)}/${rows}`,
    bench: 'scan',
    what: `whole scan, PostgreSQL ${String(major)}, ${rows} rows`,
    floor: COUNTS,
    limit,
    ...most,
    unit: '×' as const,
  })),
);

const growths: Target[] = [18, 15].flatMap((major) => [
  {
    key: `growth/${String(major)}`,
    bench: 'growth',
    what: `the scan as the table grows 1M → 10M, PostgreSQL ${String(major)}`,
    floor: '10 × the rows',
    limit: 10.5,
    ...most,
    unit: '×' as const,
  },
  {
    key: `types/${String(major)}`,
    bench: 'types',
    what: `the scan as types grow 20 → 2,000 at 1M rows, PostgreSQL ${String(major)}`,
    floor: '1 ×',
    limit: 1.3,
    ...most,
    unit: '×' as const,
  },
]);

const memories: Target[] = ['1M', '10M'].map((rows) => ({
  key: `memory/${rows}`,
  bench: 'memory',
  what: `our memory above idle, ${rows} rows, a quarter of them stuck and verified`,
  floor: '-',
  limit: 150,
  ...most,
  unit: 'MB' as const,
}));

export const TARGETS: readonly Target[] = [
  ...scans,
  ...growths,
  {
    key: 'judge',
    bench: 'judge',
    what: 'judging 250k stuck rows, queue of 100k messages, 50k results',
    floor: 'reading the same keys and rows',
    limit: 1.6,
    ...most,
    unit: '×',
  },
  {
    key: 'ruleTests',
    bench: 'ruleTests',
    what: 'a verified check with tests of its effect rules, 200,000 rows of the demo',
    floor: 'the same check without them',
    limit: 1.05,
    ...most,
    unit: '×',
  },
  {
    key: 'celery',
    bench: 'celery',
    what: 'the state of 10k ids',
    floor: 'Celery one by one',
    limit: 50,
    compare: 'at least',
    unit: '× faster',
  },
  {
    key: 'rabbitmq',
    bench: 'rabbitmq',
    what: 'what a RabbitMQ of 1k queues, one with 1M messages, adds to a check',
    floor: 'the same check with Redis',
    limit: 2000,
    ...most,
    unit: 'ms',
  },
  ...memories,
  {
    key: 'slowlog',
    bench: 'slowlog',
    what: 'longest single Redis command, queue of 1M messages',
    floor: '-',
    limit: 10,
    ...most,
    unit: 'ms',
  },
  {
    key: 'firstContent',
    bench: 'firstContent',
    what: 'step and elapsed time on screen after "Check", 10M rows',
    floor: '-',
    limit: 200,
    ...most,
    unit: 'ms',
  },
  {
    key: 'activation',
    bench: 'activation',
    what: 'activation in the VS Code host',
    floor: 'an empty extension',
    limit: 20,
    ...most,
    unit: 'ms more',
  },
  { key: 'vsix', bench: 'vsix', what: 'the packaged VSIX', floor: '-', limit: 800, ...most, unit: 'kB' },
  {
    key: 'paint',
    bench: 'paint',
    what: "the report's first paint, 2,000 types",
    floor: '-',
    limit: 200,
    ...most,
    unit: 'ms',
  },
];

/** The target of a measurement of any size: the one of the same kind, for sizes that no target names. */
export function targetOf(key: string): Target | undefined {
  return (
    TARGETS.find((target) => target.key === key) ??
    TARGETS.find((target) => key.startsWith(target.key.replace(/\/[^/]*$/, '/')))
  );
}

export function isMet(target: Target, value: number): boolean {
  return target.compare === 'at most' ? value <= target.limit : value >= target.limit;
}

/** `≤ 1.4 ×` */
export function inWords({ compare, limit, unit }: Target): string {
  return `${compare === 'at most' ? '≤' : '≥'} ${limit.toLocaleString('en-US')} ${unit}`;
}
