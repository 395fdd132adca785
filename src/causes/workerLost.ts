import { constant, type Claim, type Rule } from './claim';
import { asSureAs, begun, processEnded, resultOfLastRun, resumedNotBegun } from './helpers';
import type { About } from './cause';
import { LATE_ACK } from './settingsCures';

export const about: About = {
  meaning: 'its worker process ended while the task was running',
  phrase: '{tasks} {was|were} cut off when {its|their} worker ended',
  verdicts: {
    failed: {
      refusal: 'Its worker ended while it was running, and what it had done by then stays done.',
      advice: ['keep-workers-alive'],
    },
  },
  cure: LATE_ACK,
};

const ended = /* @__NO_SIDE_EFFECTS__ */ (confidence: Claim['confidence'], why: string): Claim =>
  constant({
    verdict: 'failed',
    cause: 'worker-lost',
    confidence,
    ifNowhere: 'anywhere',
    why,
    decidedBy: "check the worker's log at its last run, or add an effect rule for this task type",
  });
const IN_BODY = ended('possible', 'Its worker was killed while it was running.');
const BEFORE_BODY = ended(
  'likely',
  'Its run was cut off: before the task body, or inside of it if the task is one transaction.',
);

/** The worker process was killed during the run (out of memory, deploy, hard time limit), and the message had been acknowledged. */
export const workerLost: Rule = {
  name: 'worker-lost',
  situations: [7, 21],
  for: 'any',
  apply: (facts) => {
    const { row, effect } = facts;
    const result = resultOfLastRun(facts);
    if (result && processEnded(result))
      return {
        verdict: 'failed',
        cause: 'worker-lost',
        // The process may have ended after the body, while the library's last save waited for a lock. Then the effect decides.
        confidence: effect?.says === 'executed' ? 'possible' : asSureAs(result, 'likely'),
        ifNowhere: 'queues',
        why: 'Celery recorded that its worker process ended while it was running.',
        decidedBy: "check the worker's log",
      };
    if (!begun(row) || row.runs.partsLeft || resumedNotBegun(row)) return undefined;
    return row.runs.bodyEntered ? IN_BODY : BEFORE_BODY;
  },
};
