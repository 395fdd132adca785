import { brokerHint, type BrokerHint } from '../../connect/brokerHint';
import type { ConnectionProfile } from '../../connect/profile';
import { findBrokerSetting } from '../../python/brokerSetting';
import type { CodePlace, SourceFiles } from '../../python/model';
import { envVariablesOf } from './envFiles';

/** What the workspace's code says about the broker, and where. */
export interface ProjectBroker extends BrokerHint {
  readonly place: CodePlace;
}

/** A person waits for the field: what has not been found by then is not said. */
const MAX_MS = 3000;

/**
 * Looks into the settings and the Celery module of the workspace for the broker. Their code is read as text.
 * @returns undefined where nothing is found in time
 */
export async function projectBroker(
  profile: ConnectionProfile | undefined,
  sources: SourceFiles,
): Promise<ProjectBroker | undefined> {
  const signal = AbortSignal.timeout(MAX_MS);
  try {
    const setting = await findBrokerSetting(sources, signal);
    if (!setting) return undefined;
    const file = profile && (await envVariablesOf(profile));
    const { place } = setting;
    const called = `${sources.path(place.file)} line ${String(place.line + 1)}`;
    const [variables, where] = file ? [file.variables, file.place] : [process.env, 'the environment'];
    return { ...brokerHint(setting, called, variables, where), place };
  } catch {
    return undefined;
  }
}
