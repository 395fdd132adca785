import type { Page } from 'playwright-core';
import { STATES, type StateName } from '../../tools/report-server';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { assertAccessible } from './support/axe';
import { usePages, painted } from './support/pages';
import { shapes } from './support/shapes';
import { changeTheme } from './support/themes';
import { openAdvice, openSample, openType, setFilters } from './support/types';

/** The first is looked at with all rules; in the others only colours can differ. */
const FIRST = 'dark-modern';
const OTHERS = ['light-modern', 'high-contrast', 'high-contrast-light'];
const ALL_OTHERS = [...OTHERS, 'dark-2026', 'light-2026'];
const WITHOUT_DIAGNOSIS: readonly StateName[] = [
  'nothing',
  'not-configured',
  'untrusted',
  'no-broker',
  'running',
  'starting',
  'failed',
  'cancelled',
];

describe('for everyone (axe)', () => {
  const pages = usePages();

  async function assertInThemes(page: Page, where: string, others = OTHERS): Promise<void> {
    await assertAccessible(page, `${where}, ${FIRST}`);
    for (const theme of others) {
      await changeTheme(page, theme);
      await assertAccessible(page, `${where}, ${theme}`, 'colour');
    }
    await changeTheme(page, FIRST);
  }

  for (const width of [1200, 320])
    it(`has no violation at ${String(width)} px, with types and samples open and filters set`, async () => {
      const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 12 }), width });
      await openType(page, 0);
      await openSample(page, 0, 0);
      await openAdvice(page);
      await painted(page);
      await assertInThemes(page, 'open', ALL_OTHERS);
      await setFilters(page, { text: 'task', verdict: 'lost' });
      await assertInThemes(page, 'filtered');
      await setFilters(page, { text: 'no such task', verdict: null });
      await assertInThemes(page, 'filtered to nothing');
    });

  it('has no violation in any state around a Diagnosis', async () => {
    const diagnosis = makeDiagnosis({ types: 2, rows: 60 });
    const { page, show } = await pages().open({ diagnosis });
    for (const state of Object.keys(STATES) as StateName[]) {
      await show(state, diagnosis);
      await assertInThemes(page, state);
    }
  });

  it('has no violation in any state without a Diagnosis', async () => {
    const { page, show } = await pages().open({ diagnosis: null, width: 600 });
    for (const state of WITHOUT_DIAGNOSIS) {
      await show(state, null);
      await assertInThemes(page, `${state}, nothing checked`);
    }
  });

  it('has no violation for an empty, a partial, an unverified and an old Diagnosis', async () => {
    const { page, show } = await pages().open({ diagnosis: null });
    for (const [name, diagnosis] of Object.entries(shapes())) {
      await show('check', diagnosis);
      await assertInThemes(page, name);
    }
  });
});
