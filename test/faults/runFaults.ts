import { Random } from '../support/random';
import { Bench } from './bench';
import type { Fault } from './fault';
import { runFault, type Row } from './runFault';
import { SparePostgres } from './servers';

/** Benches that work beside each other: a fault is mostly waiting. */
const LANES = 6;

/**
 * The order of a run: all faults in random order, then again, until there are `runs`. Slow ones come in the first round only.
 * The same seed gives the same order.
 */
export function inRandomOrder(faults: readonly Fault[], runs: number, random: Random): Fault[] {
  const order: Fault[] = [];
  while (order.length < runs) {
    const round = faults.filter(({ slow }) => !slow || order.length === 0);
    for (let rest = round.length - 1; rest > 0; rest--) {
      const other = random.integer(0, rest);
      [round[rest], round[other]] = [round[other]!, round[rest]!];
    }
    // Long waits first: the others fit beside them.
    if (order.length === 0) round.sort((a, b) => Number(b.slow ?? false) - Number(a.slow ?? false));
    order.push(...round);
  }
  return order.slice(0, Math.max(runs, 0));
}

/**
 * Makes each of these faults, several at a time, each on a bench of its own.
 * @param onRow called when one is done, in the order in which they end
 * @returns rows in the order of `order`
 */
export async function runFaults(
  serverUrl: string,
  order: readonly Fault[],
  seed: number,
  onRow: (row: Row, done: number) => void = () => undefined,
): Promise<Row[]> {
  const spare = await SparePostgres.start();
  const rows: Row[] = [];
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    const bench = await Bench.start(serverUrl, spare);
    try {
      for (let turn = next++; turn < order.length; turn = next++) {
        // Of the run's own number, so that it does not depend on which lane takes it.
        const row = await runFault(order[turn]!, bench, new Random(seed + turn));
        rows[turn] = row;
        onRow(row, ++done);
      }
    } finally {
      await bench.stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(LANES, order.length) }, lane));
  } finally {
    await spare.stop();
  }
  return rows;
}
