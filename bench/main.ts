/** Runs the rows that were asked for, one after the other, and says what they found. Started by run.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createContext, type Bench, type Context } from './lib/context';
import { busy, machine } from './lib/machine';
import { readOptions, type Options } from './lib/options';
import { writeReadme } from './lib/readme';
import { details, tableOf, type Kept } from './lib/table';
import { activation } from './rows/activation';
import { celery } from './rows/celery';
import { firstContent } from './rows/firstContent';
import { growth } from './rows/growth';
import { judge } from './rows/judge';
import { memory } from './rows/memory';
import { paint } from './rows/paint';
import { rabbitmq } from './rows/rabbitmq';
import { ruleTests } from './rows/ruleTests';
import { scan } from './rows/scan';
import { slowlog } from './rows/slowlog';
import { types } from './rows/types';
import { vsix } from './rows/vsix';

const BENCHES: readonly Bench[] = [
  ...[scan, growth, types, judge, ruleTests, celery, rabbitmq, memory, slowlog, firstContent],
  ...[activation, vsix, paint],
];

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(
      process.argv.slice(2),
      BENCHES.map(({ name }) => name),
    );
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const began = performance.now();
  const say = (line: string): void => {
    console.error(`[+${((performance.now() - began) / 1000).toFixed(1)}s] ${line}`);
  };
  const context = createContext(options, say);
  try {
    return await runAll(context);
  } finally {
    await context.servers.stop();
  }
}

async function runAll(context: Context): Promise<number> {
  const { options, say } = context;
  const warning = busy();
  const where = machine() + (warning ? '; the machine was busy with other things' : '');
  say(where);
  if (warning) say(warning);
  const found: Kept[] = [];
  let failed = 0;
  for (const bench of BENCHES.filter(({ name }) => options.only.includes(name))) {
    say(`== ${bench.name}`);
    try {
      const measured = await bench.run(context);
      found.push(...measured.map((each) => ({ ...each, machine: where })));
    } catch (error) {
      failed++;
      say(`${bench.name} failed: ${(error as Error).message}`);
    }
  }
  console.log(`${details(found)}\n\n${tableOf(found)}`);
  if (warning) console.log(`\n${warning}`);
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify({ machine: where, options, measured: found }, undefined, 2)}\n`);
  say(`${options.json} has the numbers`);
  if (options.writeReadme) say(`${String(writeReadme(found))} of them are now in bench/README.md`);
  return failed === 0 ? 0 : 1;
}

void main().then((code) => (process.exitCode = code));
