import type { CheckOptions, CheckSources } from '../../check/options';
import type { ConnectionProfile } from '../../connect/profile';
import type { Connections } from '../connections/connections';
import { rulesFrom } from '../../model/effectRule';
import { effectRules } from './effectRules';
import { maxQueueScanSetting, verifyAtMostSetting, type CheckSettings } from '../shared/settings';

/**
 * Opens what a check needs of a profile. Without verification neither the broker nor the results are looked up.
 * @throws Problem naming the setting that cannot be used
 */
export async function prepare(
  connections: Pick<Connections, 'open'>,
  profile: ConnectionProfile,
  { checkExecution, askWorkers, tried = [], ...scan }: CheckSettings,
): Promise<{ readonly sources: CheckSources; readonly options: CheckOptions }> {
  const sources = await connections.open(profile, { verified: checkExecution });
  if (!checkExecution) return { sources, options: scan };
  const verification = {
    askWorkers,
    maxQueueScan: maxQueueScanSetting(),
    verifyAtMost: verifyAtMostSetting(),
    effects: [...rulesFrom('drafted', tried), ...(await effectRules())],
  };
  return { sources, options: { ...scan, verification } };
}
