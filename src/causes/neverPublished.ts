import { constant, type Claim, type Rule } from './claim';
import { ageSeconds, celeryName, PUBLISHING_SECONDS } from './helpers';
import type { About } from './cause';

export const about: About = {
  meaning: 'its row was created, but its message was never sent',
  phrase: '{tasks} {was|were} never sent',
  verdicts: {
    lost: { refusal: null, advice: ['dispatch-lost', 'leave-twins'], dispatchable: true },
  },
  cure: null,
};

const YOUNG: readonly Claim[] = [
  /* @__PURE__ */ constant({
    verdict: 'waiting',
    confidence: 'possible',
    why: 'Its message may be on its way to a slow broker.',
    decidedBy: 'look again in 15 minutes',
  }),
  /* @__PURE__ */ constant({
    verdict: 'lost',
    cause: 'never-published',
    confidence: 'possible',
    why: 'Its message may never have been published.',
    decidedBy: 'look again in 15 minutes',
  }),
];

/**
 * The row was inserted, and the save after publishing never came: the process ended or the broker refused in between. With acks_late the
 * first message comes again and makes another row (a twin), which does the work.
 */
export const neverPublished: Rule = {
  name: 'never-published',
  situations: [2, 26],
  for: 'any',
  apply: ({ row, effect }, world) => {
    if (row.runs.published) return undefined;
    const decidedBy = "look for another row with the same arguments, or check the worker's log at its last run";
    if (ageSeconds(row, world) < PUBLISHING_SECONDS) return YOUNG;
    const again = world.broker.firstMessages.get(celeryName(row))?.again ?? 0;
    return {
      verdict: 'lost',
      cause: 'never-published',
      // Work that is already done must not be sent again, no matter who did it.
      confidence: again > 0 || effect?.says === 'executed' ? 'possible' : 'likely',
      ifNowhere: 'anywhere',
      why:
        again > 0
          ? 'Its message was never published. First messages of its task are waiting to be delivered again, and one of them may create a row that does the work.'
          : 'Its message was never published.',
      decidedBy,
    };
  },
};
