/** A scenario: a situation that was really made, what is true of its row, what the check should say and what it said. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { postgresSnapshots } from '../../src/connect/postgres/postgresClient';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { openCelery } from '../../src/connect/openCelery';
import { otherBroker } from '../../src/connect/otherBroker';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import type { CheckSources, VerificationOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import { DEFAULT_MASKED_KEYS } from '../../src/base/jsonText';
import type { Diagnosis } from '../../src/model/diagnosis';
import { DEFAULT_TABLE } from '../../src/tables/parameters';
import type { Verdict, Verification } from '../../src/model/verdict';
import type { EffectRule } from '../../src/model/effectRule';
import { Shop, type ShopBroker, type ShopOptions } from './celery';

/** Checks of a situation that moves. */
const MOST_CHECKS = 20;

/** Rows younger than a minute may be on their way, and those of the last day may run unseen; both are scenarios of their own. */
export const AGE_SECONDS = 25 * 3600;

export interface Scenario {
  /** Its number in docs/situations.md, with a letter for variants; `-` for a situation that is not in that table. */
  readonly number: string;
  readonly situation: string;
  /** What is true of the row. `none`: it has none. More than one word where the words overlap. */
  readonly truth: Verdict | readonly Verdict[];
  /** `verdict/cause/confidence` with `*` for any and `-` for none; for unknown `unknown: ` and readings that must be among those given. */
  readonly expected: string;
  /** The same with a rule that says what the task leaves in the shop's orders. */
  readonly withEffect?: string;
  readonly check?: CheckChoice;
  /** Its message moves while it is checked, so a check may meet it between two places: it is checked again until it is as expected. */
  readonly moves?: true;
}

export interface CheckChoice extends Partial<VerificationOptions> {
  /** Seconds by which the shop's rows are made older first. */
  readonly age?: number;
  readonly statuses?: readonly string[];
  /** In place of the shop's own URLs. */
  readonly brokerUrl?: string;
  readonly broker?: ShopBroker;
  readonly databaseUrl?: string;
}

interface Line {
  readonly number: string;
  readonly situation: string;
  readonly truth: readonly Verdict[];
  readonly expected: string;
  readonly got: string;
}

/** Every line of the table, in the order in which they were made. */
const lines: Line[] = [];

/** What a task of the shop leaves: its order's state. */
export const SHOP_EFFECTS: readonly EffectRule[] = [
  {
    task: [
      'instant',
      'value',
      'slow',
      'dies',
      'fails',
      'exits',
      'retries_always',
      'retries_once',
      'calls_closed_service',
      'pages',
      'perishable',
      'unimportant',
      'falls_back',
      'added_later',
    ].map((name) => `shop.tasks.${name}`),
    table: 'shop_order',
    find: { id: ['args[0]', 'kwargs.order'] },
    outcomes: [
      {
        when: [{ column: 'state', equals: 'SHIPPED' }],
        says: 'executed',
        strength: 'proven',
        text: 'Order {id} is shipped.',
      },
      {
        when: [{ column: 'state', equals: 'PENDING' }],
        says: 'not-executed',
        strength: 'proven',
        text: 'Order {id} is not shipped.',
      },
    ],
  },
];

/** Opens a shop before the tests of this block and closes it after them. */
export function useShop(options: ShopOptions): () => Shop {
  let shop: Shop | undefined;
  before(`opens the shop ${options.name}`, async () => {
    shop = await Shop.open(options);
  });
  after(`closes the shop ${options.name}`, async () => {
    await shop?.close();
  });
  return () => {
    assert.ok(shop, 'the shop is not open');
    return shop;
  };
}

/** One test: makes the situation, checks it, notes the line and compares. `setUp` gives the row's id. */
export function scenario(shop: () => Shop, spec: Scenario, setUp: () => Promise<number>): void {
  it(`${spec.number}: ${spec.situation}`, async () => {
    const row = await setUp();
    await compare(shop(), row, spec, spec.expected, spec.situation, spec.check);
    if (spec.withEffect === undefined) return;
    // The rows are old enough by now.
    const check = { age: 0, ...spec.check, effects: SHOP_EFFECTS };
    const { withEffect } = spec;
    await withKnownTasks(shop(), row, async () => {
      await compare(shop(), row, spec, withEffect, `${spec.situation}, with an effect rule`, check);
    });
  });
}

/** Ids that no task of a shop has. */
const KNOWN_IDS = 900_000;

/**
 * A rule counts for what it earned in its test. Runs `work` while the table has sixty tasks of the row's type that were never published:
 * they have no arguments, so that the rule says nothing of them.
 */
async function withKnownTasks(shop: Shop, row: number, work: () => Promise<void>): Promise<void> {
  await shop.database.run(
    `insert into task_manager_taskmanager
     select (jsonb_populate_record(task, jsonb_build_object('id', $2::int + g, 'task_id', '', 'arguments', '{}'::jsonb, 'status', 'SCHEDULED',
              'attempts', 0, 'started_at', null, 'status_message', null, 'last_run', now() - interval '1 hour'))).*
       from task_manager_taskmanager task, generate_series(1, 60) g where task.id = $1`,
    [row, KNOWN_IDS],
  );
  try {
    await work();
  } finally {
    await shop.database.run('delete from task_manager_taskmanager where id > $1', [KNOWN_IDS]);
  }
}

async function compare(
  shop: Shop,
  row: number,
  spec: Scenario,
  expected: string,
  situation: string,
  choice: CheckChoice = {},
): Promise<void> {
  const truth = typeof spec.truth === 'string' ? [spec.truth] : spec.truth;
  const check = async (how: CheckChoice): Promise<{ found: Verification; got: string }> => {
    const verification = await verificationOf(shop, row, how);
    const words = inWords(verification);
    lines.push({ number: spec.number, situation, truth, expected, got: words });
    return { found: verification, got: words };
  };
  let { found, got } = await check(choice);
  for (let again = 0; spec.moves === true && again < MOST_CHECKS && !fits(found, expected); again++)
    ({ found, got } = await check({ ...choice, age: 0 }));
  assert.ok(fits(found, expected), `expected ${expected}\n     got ${got}\n${JSON.stringify(found, null, 1)}`);
}

/** Checks a shop, and gives what is said of one of its rows. */
export async function verificationOf(shop: Shop, row: number, choice: CheckChoice = {}): Promise<Verification> {
  if (choice.age !== 0) await makeOlder(shop, choice.age ?? AGE_SECONDS);
  const heard = new Map<number, string>();
  const diagnosis = await checkShop(shop, choice, (id, verdict) => heard.set(id, verdict));
  const sample = diagnosis.taskTypes.flatMap((type) => type.samples).find(({ id }) => id === row);
  assert.ok(sample?.verification, `row ${String(row)} has no verdict: ${JSON.stringify(await shop.row(row))}`);
  assert.equal(heard.get(row), sample.verification.verdict, 'the verdict that was counted is the one that is shown');
  return sample.verification;
}

/** One whole check of a shop, with all its rows as samples. */
export async function checkShop(
  shop: Shop,
  choice: CheckChoice = {},
  onVerdict: (id: number, verdict: Verdict) => void = () => undefined,
): Promise<Diagnosis> {
  const redis = parseRedisUrl(choice.brokerUrl ?? shop.redisUrl, 'test URL');
  const other = choice.broker ?? shop.broker;
  const broker =
    other === undefined
      ? redis
      : otherBroker(other.url, 'test URL', (...urls) => Promise.resolve(rabbitBroker(...urls)), other.managementUrl);
  const url = parsePostgresUrl(choice.databaseUrl ?? shop.database.url, 'test URL');
  const sources: CheckSources = {
    postgres: postgresSnapshots(url, { statementTimeoutMs: 30_000 }),
    ...(await openCelery({ broker, results: redis })),
  };
  const { askWorkers = true, maxQueueScan = 100_000, effects = [] } = choice;
  const options = {
    hours: 0,
    limit: 1000,
    statuses: choice.statuses ?? ['SCHEDULED', 'PENDING', 'PAUSED'],
    table: DEFAULT_TABLE,
    maskedKeys: DEFAULT_MASKED_KEYS,
    verification: { askWorkers, maxQueueScan, effects },
  };
  return await diagnose(sources, options, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onJudged: ({ id }, { verdict }) => {
      onVerdict(id, verdict);
    },
  });
}

/** Moves the times of all rows and orders back, all by the same. */
export async function makeOlder(shop: Shop, seconds: number): Promise<void> {
  const by = `- ${String(seconds)} * interval '1 second'`;
  const shift = (columns: readonly string[]): string => columns.map((name) => `${name} = ${name} ${by}`).join(', ');
  await shop.database.run(
    `update task_manager_taskmanager set ${shift(['last_run', 'started_at', 'created_at', 'updated_at'])};
     update shop_order set ${shift(['created_at', 'updated_at'])}`,
  );
}

/** `verdict/cause/confidence`, or for unknown its readings. */
export function inWords({ verdict, cause, confidence, readings = [] }: Verification): string {
  if (verdict !== 'unknown') return [verdict, cause ?? '-', confidence].join('/');
  return `unknown: ${readings.map((reading) => [reading.verdict, reading.cause ?? '-'].join('/')).join(' | ')}`;
}

export function fits(found: Verification, expected: string): boolean {
  const readings = /^unknown: (.*)$/.exec(expected)?.[1]?.split(' | ');
  if (readings !== undefined) {
    const given = (found.readings ?? []).map((reading) => [reading.verdict, reading.cause ?? '-'].join('/'));
    const isGiven = (reading: string): boolean =>
      given.some((each) => each === reading || (reading.endsWith('/*') && each.startsWith(reading.slice(0, -1))));
    return found.verdict === 'unknown' && readings.every(isGiven);
  }
  const words = [found.verdict, found.cause ?? '-', found.confidence];
  return expected.split('/').every((word, index) => word === '*' || word === words[index]);
}

const DECIDING: readonly Verdict[] = ['finished', 'failed', 'lost', 'running'];

/** Lines that say finished, failed, lost or running where that is not so. */
export function falseVerdicts(): Line[] {
  return lines.filter(({ got, truth }) => {
    const verdict = DECIDING.find((word) => got.startsWith(`${word}/`));
    return verdict !== undefined && !truth.includes(verdict);
  });
}

/** Situations that leave the same traces, and what was said of each without an effect rule. @returns one set of words for each group */
export function saidOfAlike(groups: readonly (readonly string[])[]): string[][] {
  return groups.map((numbers) => {
    const said = lines.filter((line) => numbers.includes(line.number) && !line.situation.includes('effect rule'));
    assert.equal(said.length, numbers.length, `one line for each of ${numbers.join(', ')}`);
    return [...new Set(said.map(({ got }) => got))];
  });
}

/** Prints the table and writes it to test-artifacts/scenarios.md. @returns how many lines it has */
export function printTable(): number {
  const rows = lines.map(({ number, situation, truth, expected, got }) =>
    [number, situation, truth.join(', '), expected, got].map((cell) => cell.replaceAll('|', '\\|')),
  );
  const table = [['#', 'situation', 'true', 'expected', 'got'], ['--', '--', '--', '--', '--'], ...rows];
  const text = table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  mkdirSync('test-artifacts', { recursive: true });
  writeFileSync('test-artifacts/scenarios.md', `${text}\n`);
  console.log(`\n${text}\n`);
  return lines.length;
}
