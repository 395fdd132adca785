import type { Claim, Rule } from '../claim';
import { begun, neverPublished, pagesLeft, retried, wasTaken } from '../fingerprints';

/** What the task left in the application's own tables, or did not leave there. Its strength is the effect rule's. */
export const effectFound: Rule = {
  name: 'effect-found',
  situations: [5, 6, 7, 12, 13, 15, 16, 21, 22, 26],
  needs: ['effect'],
  apply: ({ row, effect, result }) => {
    if (!effect || effect.says === 'cannot-say') return undefined;
    const claim = (verdict: Claim['verdict'], why: string): Claim => ({
      verdict,
      confidence: effect.strength,
      why,
      decidedBy: 'the log of the worker',
    });
    // Its own message was never published: another row or an operator may have done the work, which proves nothing of this one.
    if (effect.says === 'executed' && neverPublished(row))
      return {
        ...claim('finished', 'What it should do is done, maybe by another row.'),
        confidence: 'likely',
        ifNowhere: 'anywhere',
        cause: 'effect-found',
      };
    // A page of it can have left that.
    if (effect.says === 'executed' && pagesLeft(row))
      return { ...claim('finished', 'What it should do is done.'), confidence: 'possible' };
    // A sign may be another task's: it counts when this one is nowhere. Only proof stands while its message may be somewhere.
    if (effect.says === 'executed')
      return {
        ...claim('finished', 'What it should do is done.'),
        ...(effect.strength === 'proven' ? {} : { ifNowhere: 'anywhere' }),
        fallbackCause: 'effect-found',
      };
    // It can be on its way again after that.
    if (effect.says === 'failed')
      return {
        ...claim('failed', 'It ran, and what it left says that it failed.'),
        ifNowhere: 'anywhere',
        cause: 'effect-found',
      };
    // Not there is never more than a sign: what a task left can be taken away again.
    const absent = { confidence: 'likely', ifNowhere: 'anywhere' } as const;
    if (wasTaken(result) || (begun(row) && !retried(row) && !pagesLeft(row)))
      return { ...claim('failed', 'It began, and what it should do is not done.'), ...absent };
    return { ...claim('lost', 'What it should do is not done.'), ...absent };
  },
};
