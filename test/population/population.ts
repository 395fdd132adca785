/** Makes worlds, lets each live and end, and compares every verdict with the truth. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../support/random';
import { makeOlder } from './aging';
import { check, CHOICES, type Choice } from './check';
import { compare, type Compared } from './compare';
import { drawOrders } from './orders';
import { World, type TruthOfRow } from './world';
import { WORLDS, type WorldSpec } from './worlds';

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
      const random = new Random(options.seed + 7919 * WORLDS.indexOf(next));
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
  try {
    await world.live(seconds, Math.ceil(seconds));
    tell(`lived with ${[...world.faults].map(([name, count]) => `${String(count)} ${name}`).join(', ')}`);
    await world.end();
    await world.untilOld();
    const url = await world.checkUrl();
    const look = async (state: string, choices: readonly Choice[], redisUrl = world.redisUrl): Promise<Compared[]> => {
      const found: Compared[] = [];
      for (const choice of choices)
        found.push(...(await compareOnce(world, { url, redisUrl }, choice, `${spec.name}, ${state}`, folder)));
      tell(`${state}: ${String(found.length)} verdicts`);
      return found;
    };
    const before = await look(spec.ending, CHOICES);
    if (spec.staging === true)
      before.push(...(await look('beside the Redis of staging', CHOICES, await world.openStaging())));
    await world.killAll();
    await makeOlder(world.database, world.redis, world.taken, AN_AGE_SECONDS);
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
  { url, redisUrl }: { readonly url: string; readonly redisUrl: string },
  choice: Choice,
  where: string,
  folder: string,
): Promise<Compared[]> {
  for (let attempt = 1; ; attempt++) {
    const before = await world.truths();
    const checked = await check(url, redisUrl, choice, folder);
    const after = await world.truths();
    const same = new Map([...before].filter(([id, truth]) => isSame(truth, after.get(id))));
    if (same.size === before.size || attempt === TRIES) return compare(where, checked, same);
  }
}

function isSame(truth: TruthOfRow, later: TruthOfRow | undefined): boolean {
  return truth.verdict === later?.verdict && truth.because === later.because;
}
