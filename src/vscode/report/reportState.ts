import { lacksBroker } from '../../connect/addedBroker';
import type { ConnectionProfile } from '../../connect/profile';
import type { CheckState } from '../checks/checkState';
import type { PanelState, ReportOrigin } from '../../report/panelMessages';
import { connectionLabel } from '../connections/connectionStatus';
import type { ReportContent } from './reportContent';

/** What a report needs to know of the editor besides its Diagnosis. */
export interface Surroundings {
  readonly check: CheckState;
  /** By the clock of `running.beganAt`. */
  readonly now: number;
  readonly configured: boolean;
  /** What the next check would use. */
  readonly next?: ConnectionProfile | undefined;
  readonly trusted: boolean;
}

/**
 * What a report shows besides its Diagnosis.
 * @param live whether the report follows the checks of this window: a sample, or a file, does not
 */
export function panelState(
  content: ReportContent | undefined,
  { check, now, configured, next, trusted }: Surroundings,
  live: boolean,
): PanelState {
  const origin: ReportOrigin = content?.origin ?? 'check';
  const { running, problem } = live ? check : {};
  return {
    origin,
    connection: content?.connection ?? null,
    ...(content?.production ? { production: true } : {}),
    finishedAt: content?.finishedAt ?? null,
    running: running ? runningState(running, now) : null,
    problem: problem ? { kind: problem.kind, message: problem.message } : null,
    configured,
    trusted,
    ...(live && next ? { next: nextState(next) } : {}),
    ...(live ? changes(content, check) : {}),
    ...(live ? triedIn(content, check) : {}),
  };
}

/** What the shown check found otherwise than the one before it. */
function changes(content: ReportContent | undefined, { result }: CheckState): Pick<PanelState, 'settled' | 'since'> {
  if (!result?.since || content?.diagnosis !== result.diagnosis) return {};
  const { settled, change, at } = result.since;
  return {
    ...(settled.length === 0 ? {} : { settled }),
    ...(change === undefined ? {} : { since: { at: at.toISOString(), change } }),
  };
}

/** Effect rules that the shown check tried out. */
function triedIn(content: ReportContent | undefined, { result }: CheckState): Pick<PanelState, 'triedRules'> {
  if (!result || content?.diagnosis !== result.diagnosis) return {};
  const { tried = [] } = result.request;
  return tried.length === 0 ? {} : { triedRules: tried.length };
}

function nextState(profile: ConnectionProfile): NonNullable<PanelState['next']> {
  return {
    name: profile.name,
    ...(lacksBroker(profile) ? { noBroker: { envFile: profile.origin === 'env-file' } } : {}),
  };
}

function runningState(
  { profile, beganAt, progress }: NonNullable<CheckState['running']>,
  now: number,
): PanelState['running'] {
  const connection = connectionLabel(profile);
  const ms = now - beganAt;
  if (!progress) return { connection, step: 0, steps: 0, label: 'Starting...', elapsedMs: ms };
  const { step, steps, label, elapsedMs, counts } = progress;
  // The time goes on while a step takes long.
  return { connection, step, steps, label, elapsedMs: Math.max(ms, elapsedMs), ...(counts ? { counts } : {}) };
}
