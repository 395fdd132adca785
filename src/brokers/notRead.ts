import { withoutFullStop } from '../base/sentences';
import type { SourceReport } from '../model/sources';
import { STEPS, type BrokerLook, type LookRun } from './broker';
import { NO_MESSAGES } from './noMessages';
import { NO_WORKERS } from './noWorkers';

const HOW_TO_NAME = 'no broker is named (brokerUrl or redisUrl of the connection, CELERY_BROKER_URL or REDIS_URL)';
const HOW_TO_NAME_RESULTS = 'no result backend is named (resultBackend of the connection, or CELERY_RESULT_BACKEND)';

/** What a check reports about a broker that is not named, and about results where neither is. */
export const NOT_NAMED: Omit<SourceReport, 'name'> = {
  state: 'not-configured',
  detail: HOW_TO_NAME,
  gaps: [{ kind: 'not-named', setting: 'celeryTasks.connections', says: HOW_TO_NAME }],
};

/** About results alone. */
export const RESULTS_NOT_NAMED: Omit<SourceReport, 'name'> = {
  state: 'not-configured',
  detail: HOW_TO_NAME_RESULTS,
  gaps: [{ kind: 'not-named', setting: 'celeryTasks.connections', says: HOW_TO_NAME_RESULTS }],
};

/**
 * The look at a broker that was not asked, or could not be.
 * @param why without the name of a source @param askWorkers as in the questions that it had been asked
 */
export function notRead(
  why: Omit<SourceReport, 'name'>,
  askWorkers: boolean,
  { progress }: Pick<LookRun, 'progress'>,
): BrokerLook {
  progress.next('broker', STEPS.search);
  progress.next('workers', askWorkers ? STEPS.ask : STEPS.listen);
  return {
    messages: {
      report: { name: 'broker', ...why },
      found: false,
      contents: 'part',
      incompleteBecause: withoutFullStop(why.detail),
      queues: [],
      unacked: 0,
      searched: 'nothing',
      ...NO_MESSAGES,
      prefixes: [],
      locks: [],
    },
    workers: { report: { name: 'workers', ...why }, ...NO_WORKERS },
    losses: { seen: [], complete: false, source: 'broker' },
    server: {},
    reports: [],
  };
}
