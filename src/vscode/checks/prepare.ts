import { openCelery } from '../../connect/openCelery';
import { type ConnectionProfile } from '../../connect/profile';
import { postgresSnapshots } from '../../connect/postgres/postgresClient';
import type { CheckOptions, CheckSources } from '../../check/options';
import { Problem } from '../../base/problem';
import type { SnapshotSource } from '../../ports/database';
import { passwordRule, type Connections } from '../connections/connections';
import { effectRules } from './effectRules';
import { maxQueueScanSetting, statementTimeoutMs, verifyAtMostSetting, type CheckSettings } from '../shared/settings';

/** The database of a profile, with its password; nothing is connected yet. @throws Problem */
export async function openDatabase(connections: Connections, profile: ConnectionProfile): Promise<SnapshotSource> {
  return postgresSnapshots(await connections.database(profile), {
    statementTimeoutMs: statementTimeoutMs(),
    passwords: passwordRule(profile),
  });
}

/**
 * What a check needs of a profile. Without verification broker and results are not even looked up.
 * @throws Problem naming the setting that cannot be used
 */
export async function prepare(
  connections: Connections,
  profile: ConnectionProfile,
  { checkExecution, askWorkers, ...scan }: CheckSettings,
): Promise<{ readonly sources: CheckSources; readonly options: CheckOptions }> {
  const postgres = await openDatabase(connections, profile);
  if (!checkExecution) return { sources: { postgres }, options: scan };
  const celery = await openCelery(await connections.celery(profile));
  const verification = {
    askWorkers,
    maxQueueScan: maxQueueScanSetting(),
    verifyAtMost: verifyAtMostSetting(),
    effects: await effectRules(),
  };
  return {
    sources: { postgres, ...celery, ...(await resultsSource(connections, profile)) },
    options: { ...scan, verification },
  };
}

/** The database of a result backend that is not the one of the tasks. */
async function resultsSource(
  connections: Connections,
  profile: ConnectionProfile,
): Promise<Pick<CheckSources, 'resultsDatabase'>> {
  const target = await connections.resultsDatabase(profile);
  if (target === undefined || target instanceof Problem) return target ? { resultsDatabase: target } : {};
  return { resultsDatabase: postgresSnapshots(target, { statementTimeoutMs: statementTimeoutMs() }) };
}
