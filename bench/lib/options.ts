import { parseArgs } from 'node:util';

/** What one run of the bench is asked to do. */
export interface Options {
  /** Rows of the table, smallest first. */
  readonly rows: readonly number[];
  /** Major versions of PostgreSQL. */
  readonly postgres: readonly number[];
  /** Takes of each measurement; undefined: 9 up to two million rows, 3 above. */
  readonly runs: number | undefined;
  /** Part of the rows that is stuck, 0 to 1. */
  readonly stuckShare: number;
  /** Messages and results of the row `judge`. */
  readonly messages: number;
  readonly results: number;
  /** Messages in the queue of the row `slowlog`. */
  readonly queue: number;
  /** Ids of the row `celery`. */
  readonly ids: number;
  /** Names of rows. */
  readonly only: readonly string[];
  readonly fresh: boolean;
  readonly writeReadme: boolean;
  readonly json: string;
}

export const TARGET_ROWS = { small: 1_000_000, large: 10_000_000 };

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean', default: false } as const;

/**
 * @param names of the rows there are
 * @throws Error: one sentence that says which value is wrong, or the usage
 */
export function readOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ rows: TEXT, postgres: TEXT, runs: TEXT, 'stuck-share': TEXT, messages: TEXT, results: TEXT, queue: TEXT },
      ...{ ids: TEXT, only: TEXT, json: TEXT },
      ...{ full: FLAG, fresh: FLAG, 'write-readme': FLAG, help: FLAG },
    },
  });
  if (values.help) throw new Error(usage(names));
  const { small, large } = TARGET_ROWS;
  const only = values.only?.split(',').map((name) => name.trim()) ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}: choose from ${names.join(', ')}.`);
  return {
    rows: numbers('--rows', values.rows, values.full ? [small, large] : [small]),
    postgres: numbers('--postgres', values.postgres, [18, 15]),
    runs: values.runs === undefined ? undefined : numbers('--runs', values.runs, [])[0],
    stuckShare: share(values['stuck-share'] ?? '0.25'),
    messages: numbers('--messages', values.messages, [100_000])[0] ?? 0,
    results: numbers('--results', values.results, [50_000])[0] ?? 0,
    queue: numbers('--queue', values.queue, [1_000_000])[0] ?? 0,
    ids: numbers('--ids', values.ids, [10_000])[0] ?? 0,
    only,
    fresh: values.fresh,
    writeReadme: values['write-readme'],
    json: values.json ?? 'test-artifacts/bench.json',
  };
}

function usage(names: readonly string[]): string {
  return `npm run bench -- [options]
  --only A,B          rows: ${names.join(' ')}
  --full              tables of 1,000,000 and 10,000,000 rows (4 GB of disk, 10 minutes to build for each PostgreSQL); default: 1,000,000
  --rows N,N          other sizes
  --postgres 18,15    versions
  --runs N            takes of each measurement
  --stuck-share 0.25  --messages 100000  --results 50000  --queue 1000000  --ids 10000
  --fresh             makes the data anew instead of taking what an earlier run left in the cache
  --json FILE         where the numbers go (test-artifacts/bench.json)
  --write-readme      puts what was measured at the sizes of the targets into bench/README.md`;
}

function numbers(flag: string, text: string | undefined, otherwise: readonly number[]): number[] {
  const found = text === undefined ? [...otherwise] : text.split(',').map((each) => Number(each.replaceAll('_', '')));
  if (found.length === 0 || found.some((each) => !Number.isSafeInteger(each) || each < 1))
    throw new Error(`${flag} cannot be ${text ?? 'empty'}: give whole numbers from 1.`);
  return flag === '--rows' ? found.sort((a, b) => a - b) : found;
}

function share(text: string): number {
  const found = Number(text);
  if (!(found > 0 && found <= 1)) throw new Error(`--stuck-share cannot be ${text}: give a number above 0, up to 1.`);
  return found;
}
