import type { EffectSign } from '../../evidence/facts';
import { constant, type Claim, type Rule } from '../claim';
import { begun, neverPublished, pagesLeft, retried, wasTaken } from '../fingerprints';

/** What is claimed of an effect of this strength. */
function claims(strength: EffectSign['strength']) {
  const claim = (verdict: Claim['verdict'], why: string, more: Partial<Claim> = {}): Claim =>
    constant({ verdict, confidence: strength, why, decidedBy: 'the log of the worker', ...more });
  // Not there is never more than a sign: what a task left can be taken away again.
  const absent = { confidence: 'likely', ifNowhere: 'anywhere' } as const;
  return {
    // Its own message was never published: another row or an operator may have done the work, which proves nothing of this one.
    maybeByAnother: claim('finished', 'What it should do is done, maybe by another row.', {
      confidence: 'likely',
      ifNowhere: 'anywhere',
      cause: 'effect-found',
    }),
    // A page of it can have left that.
    maybeByPage: claim('finished', 'What it should do is done.', { confidence: 'possible' }),
    // A sign may be another task's: it counts when this one is nowhere. Only proof stands while its message may be somewhere.
    done: claim('finished', 'What it should do is done.', {
      ...(strength === 'proven' ? {} : { ifNowhere: 'anywhere' }),
      fallbackCause: 'effect-found',
    }),
    // It can be on its way again after that.
    failed: claim('failed', 'It ran, and what it left says that it failed.', {
      ifNowhere: 'anywhere',
      cause: 'effect-found',
    }),
    begunNotDone: claim('failed', 'It began, and what it should do is not done.', absent),
    notDone: claim('lost', 'What it should do is not done.', absent),
  };
}

const CLAIMS = { proven: claims('proven'), likely: claims('likely') };

/** What the task left in the application's own tables, or did not leave there. Its strength is the effect rule's. */
export const effectFound: Rule = {
  name: 'effect-found',
  situations: [5, 6, 7, 12, 13, 15, 16, 21, 22, 26],
  needs: ['effect'],
  apply: ({ row, effect, result }) => {
    if (!effect || effect.says === 'cannot-say') return undefined;
    const claim = CLAIMS[effect.strength];
    if (effect.says === 'executed') {
      if (neverPublished(row)) return claim.maybeByAnother;
      return pagesLeft(row) ? claim.maybeByPage : claim.done;
    }
    if (effect.says === 'failed') return claim.failed;
    const hasBegun = wasTaken(result) || (begun(row) && !retried(row) && !pagesLeft(row));
    return hasBegun ? claim.begunNotDone : claim.notDone;
  },
};
