import { makeDiagnosis } from '../support/reportDiagnosis';
import { walk } from './support/focus';
import { painted, usePages } from './support/pages';
import { assertWalk } from './support/walks';
import { openAdvice, openSample, openType } from './support/types';

describe('by keyboard', () => {
  const pages = usePages();

  for (const theme of ['dark-modern', 'high-contrast-light'])
    it(`Tab reaches everything in its order, shows where it is, and is nowhere held (${theme})`, async () => {
      const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 8, rows: 4000 }), theme });
      await openType(page, 0);
      await openSample(page, 0, 0);
      await openAdvice(page);
      await painted(page);
      assertWalk(await walk(page));
    });

  for (const state of ['running', 'failed', 'nothing', 'not-configured', 'untrusted', 'sample'] as const)
    it(`Tab reaches every button of the page when ${state}`, async () => {
      const without = ['nothing', 'not-configured', 'untrusted'].includes(state);
      const { page } = await pages().open({
        diagnosis: without ? null : makeDiagnosis({ types: 3, rows: 300 }),
        state,
      });
      assertWalk(await walk(page));
    });
});
