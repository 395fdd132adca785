import { parseArgs } from 'node:util';
import { Random } from '../support/random';
import { postgresUrls } from '../support/servers';
import { faults } from './all';
import { inRandomOrder, runFaults } from './runFaults';
import { publish } from './table';

/** What holds the process: the same before the first check and after the last. */
function held(): string {
  return process.getActiveResourcesInfo().sort().join(', ');
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string', default: '250' },
      only: { type: 'string', default: '' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  const runs = Number(values.runs);
  if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
    process.stderr.write('Give whole numbers: npm run test:faults -- --seed 1 --runs 250\n');
    return 2;
  }
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const violations: string[] = [];
  process.on('unhandledRejection', (reason) => violations.push(`nobody heard: ${String(reason)}`));
  const chosen = faults(say).filter(({ name }) => name.includes(values.only));
  say(
    `Seed ${String(seed)}, ${String(runs)} runs of ${String(chosen.length)} faults; again with: npm run test:faults -- --seed ${String(seed)} --runs ${String(runs)}`,
  );
  const before = held();
  const start = performance.now();
  const order = inRandomOrder(chosen, runs, new Random(seed));
  const rows = await runFaults(postgresUrls()[0]!, order, seed, (row, done) => {
    const mark = row.violations.length === 0 ? 'ok' : 'FAILED';
    say(`[${String(done)}/${String(order.length)}] ${mark} ${String(Math.round(row.milliseconds))} ms: ${row.fault}`);
    for (const one of row.violations) say(`    ${one}`);
  });
  publish(chosen, rows);
  violations.push(...rows.flatMap((row) => row.violations.map((one) => `${row.fault}: ${one}`)));
  await new Promise((done) => setTimeout(done, 1000));
  if (held() !== before) violations.push(`the process is held by ${held()}; before it was by ${before}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  say(`${String(rows.length)} faults in ${seconds} s, ${String(violations.length)} violations (seed ${String(seed)})`);
  for (const one of violations) say(`- ${one}`);
  return violations.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
