import { withoutFullStop } from '../base/sentences';
import type { SourceReport } from '../model/sources';
import { STEPS, type BrokerLook, type LookRun } from './broker';
import { NO_MESSAGES } from './noMessages';
import { NO_WORKERS } from './noWorkers';

const HOW_TO_NAME = 'no Redis is named (redisUrl of the connection, REDIS_URL or CELERY_BROKER_URL)';

/** What a check reports about a broker or a result backend that is not named. */
export const NOT_NAMED: Omit<SourceReport, 'name'> = {
  state: 'not-configured',
  detail: HOW_TO_NAME,
  gaps: [{ kind: 'not-named', setting: 'celeryTasks.connections', says: HOW_TO_NAME }],
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
