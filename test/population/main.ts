import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { complaints, isFault } from './compare';
import { runPopulation } from './population';
import { LOGS } from './processes';
import { faultKinds, inFull, matrix, retriedRows, shares } from './report';
import { RABBIT_WORLDS, WORLDS } from './worlds';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      rows: { type: 'string', default: '1000' },
      only: { type: 'string', default: '' },
      broker: { type: 'string', default: 'redis' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
  const rows = Number(values.rows);
  const worlds = (values.broker === 'rabbitmq' ? RABBIT_WORLDS : WORLDS).filter(({ name }) =>
    name.includes(values.only),
  );
  if (!Number.isInteger(seed) || !Number.isInteger(rows) || rows < 1 || worlds.length === 0) {
    process.stderr.write(
      'Give whole numbers: npm run test:population -- --seed 1 --rows 1000 [--only WORLD] [--broker rabbitmq]\n',
    );
    return 2;
  }
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const again = `npm run test:population -- --seed ${String(seed)} --rows ${String(rows)}${values.broker === 'rabbitmq' ? ' --broker rabbitmq' : ''}`;
  say(`Seed ${String(seed)}, ${String(rows)} orders in ${String(worlds.length)} worlds; again with: ${again}`);
  const start = performance.now();
  const all = await runPopulation({ seed, rows, worlds, lanes: 5, seconds: 25, say });
  const faults = all.filter(isFault);
  const text = [
    '',
    ...faultKinds(all),
    '',
    ...retriedRows(all),
    '',
    matrix(all),
    '',
    ...shares(all),
    `${((performance.now() - start) / 1000).toFixed(0)} s; again with: ${again}`,
  ].join('\n');
  say(text);
  mkdirSync(LOGS, { recursive: true });
  writeFileSync(`${LOGS}/report.txt`, `${text}\n\n${faults.flatMap(inFull).join('\n')}\n`);
  for (const complaint of complaints(all)) say(complaint);
  return complaints(all).length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
