/** A situation on a RabbitMQ that was really made: what is true of each of its rows, and what the check and its bounds say. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Diagnosis, TaskType } from '../../src/model/diagnosis';
import type { Verdict } from '../../src/model/verdict';
import { checkShop, fits, inWords, makeOlder, AGE_SECONDS, type CheckChoice } from './celeryScenarios';
import type { Shop } from './celery';

/** What is true of a row. */
export interface Truth {
  readonly row: number;
  /** The words that are right. */
  readonly right: readonly Verdict[];
  /** Where its message is in the virtual host that is looked at: in a queue, with a worker that has not acknowledged it, in one of both, in a queue
   * of dead letters, or in none. */
  readonly message: 'ready' | 'unacked' | 'somewhere' | 'dead' | 'none';
  /** As in `fits` (celeryScenarios.ts): what the check should say where nobody is asked, and where the workers are. */
  readonly says: string;
  readonly asked?: string;
}

export type Bounds = NonNullable<TaskType['bounds']>;

export interface Situation {
  readonly name: string;
  /** The bounds of all rows, which are of one type; absent: nothing may be bounded. */
  readonly bounds?: Bounds;
  readonly check?: () => CheckChoice;
  /** Each check waits for ten seconds: one is enough. */
  readonly slow?: true;
  /** A check may meet its messages between two places, so that more than one verdict is right. */
  readonly moves?: true;
  /** What else the diagnosis must say. */
  readonly also?: (diagnosis: Diagnosis, asked: boolean) => void;
}

interface Line {
  readonly situation: string;
  readonly asked: boolean;
  readonly truth: string;
  readonly said: string;
  readonly bounds: string;
}

const lines: Line[] = [];

/** One test: makes the situation in an emptied table, and checks it with and without asking. `setUp` tells what is true. */
export function rabbitSituation(shop: () => Shop, spec: Situation, setUp: () => Promise<readonly Truth[]>): void {
  it(spec.name, async () => {
    await shop().database.run('delete from task_manager_taskmanager');
    const truths = await setUp();
    assert.ok(truths.length > 0, 'the situation has rows');
    await makeOlder(shop(), AGE_SECONDS);
    for (const asked of spec.slow ? [false] : [false, true]) {
      const diagnosis = await checkShop(shop(), { askWorkers: asked, ...spec.check?.(), age: 0 });
      compare(spec, truths, diagnosis, asked);
      spec.also?.(diagnosis, asked);
    }
  });
}

function compare(spec: Situation, truths: readonly Truth[], diagnosis: Diagnosis, asked: boolean): void {
  const samples = new Map(diagnosis.taskTypes.flatMap((type) => type.samples).map((sample) => [sample.id, sample]));
  const bounds = diagnosis.taskTypes.map((type) => type.bounds);
  for (const { row, right, says, asked: ifAsked } of truths) {
    const found = samples.get(row)?.verification;
    assert.ok(found, `row ${String(row)} has no verdict`);
    const expected = (asked ? ifAsked : undefined) ?? says;
    const said = inWords(found);
    const words = { situation: spec.name, asked, truth: right.join(' or '), said };
    lines.push({ ...words, bounds: JSON.stringify(bounds) });
    const { verdict, readings = [] } = found;
    const isRight =
      verdict === 'unknown' ? readings.some((one) => right.includes(one.verdict)) : right.includes(verdict);
    const all = `asked: ${String(asked)}\n${JSON.stringify([found, diagnosis.sources, diagnosis.infrastructure], null, 1)}`;
    assert.ok(isRight, `the truth is ${right.join(' or ')}\n     got ${said}\n${all}`);
    assert.ok(spec.moves === true || fits(found, expected), `expected ${expected}\n     got ${said}\n${all}`);
  }
  for (const type of diagnosis.taskTypes) {
    const ids = new Set(type.samples.map(({ id }) => id));
    holds(
      type.bounds,
      truths.filter(({ row }) => ids.has(row)),
      diagnosis,
    );
  }
  if (spec.moves === undefined && diagnosis.taskTypes.length === 1)
    assert.deepEqual(bounds[0], spec.bounds, JSON.stringify(diagnosis.sources, null, 1));
}

/** Every bound is true. */
function holds(bounds: TaskType['bounds'], truths: readonly Truth[], diagnosis: Diagnosis): void {
  if (bounds === undefined) return;
  const count = (...where: readonly Truth['message'][]): number =>
    truths.filter(({ message }) => where.includes(message)).length;
  const why = JSON.stringify([bounds, truths, diagnosis.sources], null, 1);
  assert.ok(count('ready') <= bounds.waitingAtMost, `more wait: ${why}`);
  assert.ok(count('unacked') <= bounds.heldAtMost, `more are held: ${why}`);
  assert.ok(count('dead') <= (bounds.deadLetteredAtMost ?? 0), `more are dead letters: ${why}`);
  assert.ok(count('none') >= bounds.nowhereAtLeast, `fewer have no message: ${why}`);
}

/** Prints the table and writes it to test-artifacts/rabbitmq.md. @returns how many lines it has */
export function printSituations(): number {
  const unique = [...new Set(lines.map((line) => cells(line).join(' | ')))];
  const head = 'situation | asked | true | said | bounds';
  const text = [head, '-- | -- | -- | -- | --', ...unique].map((line) => `| ${line} |`).join('\n');
  mkdirSync('test-artifacts', { recursive: true });
  writeFileSync('test-artifacts/rabbitmq.md', `${text}\n`);
  console.log(`\n${text}\n`);
  return lines.length;
}

function cells({ situation, asked, truth, said, bounds }: Line): string[] {
  return [situation, asked ? 'yes' : 'no', truth, said.replaceAll('|', '\\|'), bounds];
}
