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
    why: 'Its message may be on its way to a broker that is slow.',
    decidedBy: 'looking again in a quarter of an hour',
  }),
  /* @__PURE__ */ constant({
    verdict: 'lost',
    cause: 'never-published',
    confidence: 'possible',
    why: 'Its message may never have been published.',
    decidedBy: 'looking again in a quarter of an hour',
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
    const decidedBy = 'another row with the same arguments, or the log of the worker at its last run';
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
          ? 'Its message was never published; first messages of its task wait to be delivered again, and one of them may make a row that does the work.'
          : 'Its message was never published.',
      decidedBy,
    };
  },
};
