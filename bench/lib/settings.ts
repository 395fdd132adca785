import { DEFAULT_TABLE } from '../../src/tables/parameters';
import { readClock } from '../../src/tables/clock';
import { passStatement } from '../../src/tables/taskManager/groups';
import type { SnapshotSource } from '../../src/ports/database';
import { SCAN_SETTINGS } from '../../src/tables/settings';
import { findTable } from '../../src/tables/findTable';
import { sampleTable } from '../../src/tables/taskManager/tableSample';
import { interleaved, ratio, timed } from './spread';

/**
 * What each setting of the scan is worth: the pass with the server's own value of it, as a multiple of the pass with ours.
 * @param hours whose rows count as stuck
 */
export async function worthOfSettings(source: SnapshotSource, hours: number, runs: number): Promise<string> {
  const names = [...SCAN_SETTINGS.matchAll(/set local (\w+)/g)].map(([, name = '']) => name);
  return await source.read(async (snapshot) => {
    const table = await findTable(snapshot, DEFAULT_TABLE);
    const request = { ...(await readClock(snapshot, hours)), statuses: ['SCHEDULED'], limit: 5 };
    await snapshot.query(SCAN_SETTINGS);
    const pass = passStatement(table, request, await sampleTable(snapshot, table, request));
    const take = (without: readonly string[]) => async (): Promise<number> => {
      await snapshot.query([SCAN_SETTINGS, ...without.map((name) => `set local ${name} to default`)].join('; '));
      return await timed(() => snapshot.query(pass.text, pass.values));
    };
    const takes = await interleaved(runs, {
      ours: take([]),
      ...Object.fromEntries(names.map((name) => [name, take([name])])),
      all: take(names),
    });
    const { ours } = takes;
    return Object.entries(takes)
      .filter(([name]) => name !== 'ours')
      .map(([name, theirs]) => `${name} ${ratio(theirs, ours).median.toFixed(2)} ×`)
      .join(', ');
  }, new AbortController().signal);
}
