/** Makes worlds, lets each live and end, and compares every verdict with the truth. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../support/random';
import { makeOlder } from './aging';
import { check, CHOICES, type Choice } from './check';
import { compare, compareBounds, type Compared } from './compare';
import { drawOrders } from './orders';
import { World, type TruthOfRow } from './world';
import { ALL_WORLDS, type WorldSpec } from './worlds';

export interface PopulationOptions {
  readonly seed: number;
  /** Orders over all worlds. */
  readonly rows: number;
  readonly worlds: readonly WorldSpec[];
  /** Worlds that live at a time. */
  readonly lanes: number;
  /** How long orders come, seconds. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** Long enough that a row which was never published is past all doubt. */
const AN_AGE_SECONDS = 20 * 60;
/** How often a check is repeated when the world moved meanwhile. */
const TRIES = 3;

export async function runPopulation(options: PopulationOptions): Promise<Compared[]> {
  const all: Compared[] = [];
  const left = [...options.worlds];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      // A world is drawn in the same way whether others live beside it or not.
      const random = new Random(options.seed + 7919 * ALL_WORLDS.indexOf(next));
      all.push(...(await runWorld(next, random, options)));
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return all;
}

async function runWorld(spec: WorldSpec, random: Random, options: PopulationOptions): Promise<Compared[]> {
  const { rows, worlds, seconds, say } = options;
  const began = performance.now();
  const tell = (words: string): void => {
    say(`[${spec.name} +${((performance.now() - began) / 1000).toFixed(0)} s] ${words}`);
  };
  const orders = drawOrders(Math.ceil(rows / worlds.length), random);
  const world = await World.open(spec, orders, random);
  const folder = mkdtempSync(join(tmpdir(), 'population-check-'));
  const age = async (): Promise<void> => {
    await makeOlder(world.database, AN_AGE_SECONDS);
    await world.medium.makeOlder(AN_AGE_SECONDS);
  };
  try {
    await world.live(seconds, Math.ceil(seconds));
    tell(`lived with ${[...world.faults].map(([name, count]) => `${String(count)} ${name}`).join(', ')}`);
    await world.end();
    // What a RabbitMQ counts bounds only what is old, and nothing that its workers have depends on a time.
    if (spec.broker === 'rabbitmq') await age();
    else await world.untilOld();
    const url = await world.checkUrl();
    const look = async (
      state: string,
      choices: readonly Choice[],
      broker = world.medium.checked,
    ): Promise<Compared[]> => {
      const found: Compared[] = [];
      let bounds = 0;
      for (const choice of choices) {
        const { all, bounded } = await compareOnce(world, { url, broker }, choice, `${spec.name}, ${state}`, folder);
        found.push(...all);
        bounds += bounded;
      }
      tell(`${state}: ${String(found.length)} verdicts${bounds === 0 ? '' : `, ${String(bounds)} bounds`}`);
      return found;
    };
    const before = await look(spec.ending, CHOICES);
    if (spec.staging === true)
      before.push(...(await look('beside the broker of staging', CHOICES, await world.openStaging())));
    await world.killAll();
    await age();
    const after = await look('nobody left', CHOICES.slice(0, 2));
    return [...before, ...after];
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One check. Rows whose truth changed while it ran are left out, and if there are any it is made again. */
async function compareOnce(
  world: World,
  { url, broker }: { readonly url: string; readonly broker: Readonly<Record<string, string>> },
  choice: Choice,
  where: string,
  folder: string,
): Promise<{ readonly all: Compared[]; readonly bounded: number }> {
  for (let attempt = 1; ; attempt++) {
    const before = await world.truths();
    const checked = await check(url, broker, choice, folder);
    const after = await world.truths();
    const same = new Map([...before].filter(([id, truth]) => isSame(truth, after.get(id))));
    const still = same.size === before.size;
    if (!still && attempt < TRIES) continue;
    const all = compare(where, checked, same);
    // A bound is about all rows of a type, as they were while it was checked.
    const unmoved = still && [...before].every(([id, truth]) => placesOf(truth) === placesOf(after.get(id)));
    const { bounded, wrong } = unmoved ? compareBounds(where, checked, same) : { bounded: 0, wrong: [] };
    return { all: [...all, ...wrong], bounded };
  }
}

function isSame(truth: TruthOfRow, later: TruthOfRow | undefined): boolean {
  return truth.verdict === later?.verdict && truth.because === later.because;
}

function placesOf(truth: TruthOfRow | undefined): string {
  return JSON.stringify(truth?.places);
}
