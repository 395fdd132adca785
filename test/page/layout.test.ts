import assert from 'node:assert/strict';
import { STATES, type StateName } from '../../tools/report-server';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { assertNoSideScroll } from './support/layout';
import { painted, usePages } from './support/pages';
import { openAdvice, openSample, openType } from './support/types';

/** Widths in CSS pixels: a narrow side editor, and an editor of 640 at 200%. */
const WIDTHS = [300, 320];

describe('in little room', () => {
  const pages = usePages();

  it('scrolls only downwards, with types and samples open', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis(), width: 1200 });
    await openType(page, 0);
    await openSample(page, 0, 0);
    await openAdvice(page);
    for (const width of [...WIDTHS, 480, 700, 1200]) {
      await page.setViewportSize({ width, height: 700 });
      await painted(page);
      await assertNoSideScroll(page, `${String(width)} px`);
    }
  });

  it('scrolls only downwards in every state', async () => {
    const { page, show } = await pages().open({ diagnosis: null, width: 300 });
    for (const state of Object.keys(STATES) as StateName[])
      for (const diagnosis of [null, makeDiagnosis({ types: 3, rows: 500 })]) {
        await show(state, diagnosis);
        await assertNoSideScroll(page, `${state}, ${diagnosis ? 'with' : 'without'} a Diagnosis`);
      }
  });

  it('is usable in a window of half the size, as at 200%', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis(), width: 400, height: 300 });
    await assertNoSideScroll(page, '400 x 300');
    // What stays in place while one scrolls must leave room to read.
    const covered = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => ['fixed', 'sticky'].includes(getComputedStyle(element).position))
        .filter((element) => !element.matches('.unseen'))
        .reduce((sum, element) => sum + element.getBoundingClientRect().height, 0),
    );
    assert.ok(covered < 150, `${String(covered)} px of 300 stay covered`);
  });

  it('moves nothing when less motion is asked for, the progress ring aside', async () => {
    for (const state of ['check', 'running'] as const) {
      const { page } = await pages().open({ diagnosis: makeDiagnosis(), state, reducedMotion: true });
      await openType(page, 0);
      const moving = await page.evaluate(() => {
        const inRing = (target: Element | null): boolean => {
          const root = target?.getRootNode();
          return root instanceof ShadowRoot && root.host.tagName === 'VSCODE-PROGRESS-RING';
        };
        return document
          .getAnimations()
          .filter((animation) => {
            const timing = animation.effect?.getComputedTiming();
            const target = (animation.effect as KeyframeEffect | null)?.target ?? null;
            return !inRing(target) && Number(timing?.duration ?? 0) > 1;
          })
          .map((animation) => (animation.effect as KeyframeEffect).target?.outerHTML.slice(0, 100));
      });
      assert.deepEqual(moving, [], state);
      const durations = await page.evaluate(() => [
        ...new Set(
          [...document.querySelectorAll('body, body *')].flatMap((element) => {
            const { transitionDuration, animationDuration, animationName } = getComputedStyle(element);
            return [transitionDuration, animationName === 'none' ? '0s' : animationDuration].flatMap((each) =>
              each.split(', '),
            );
          }),
        ),
      ]);
      assert.deepEqual(
        durations.filter((duration) => parseFloat(duration) > 0.001),
        [],
      );
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
    }
  });
});
