import { availableParallelism, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import type { ToPage } from '../../../src/report/panelMessages';

/** How to know, in the page, that the work is done; as text, because it runs there. */
type Sign = string;

/** How long something took, in milliseconds. */
export interface Took {
  /** Until the frame that shows it was painted, as a person waits. */
  readonly wall: number;
  /** What the page's main thread worked for it, which other load on the machine does not lengthen. */
  readonly work: number;
}

/**
 * The time from saying something to the page until the frame that shows it is painted.
 * @param sign an expression that is true once it is in the document
 */
export async function timeOfMessage(page: Page, message: ToPage, sign: Sign): Promise<Took> {
  await page.evaluate((each) => {
    (window as unknown as { message: ToPage }).message = each;
  }, message);
  return await timeOf(page, 'window.reportHost.send(window.message)', sign);
}

/** The same for anything that is done in the page. */
export async function timeOf(page: Page, act: string, sign: Sign): Promise<Took> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000;
  };
  const before = await worked();
  const wall = Number(await page.evaluate(untilPainted(act, sign)));
  const work = (await worked()) - before;
  await devtools.detach();
  return { wall, work };
}

function untilPainted(act: string, sign: Sign): string {
  return `new Promise((done, fail) => {
    const began = performance.now();
    const look = () => {
      if (performance.now() - began > 5000) fail(new Error('Not seen within 5 s: ' + ${JSON.stringify(sign)}));
      else if (!(${sign})) requestAnimationFrame(look);
      else {
        // A task behind this frame: by then it is laid out and painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - began);
        port2.postMessage(0);
      }
    };
    ${act};
    requestAnimationFrame(look);
  })`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/**
 * The median of five takes. Where it is above the bound, five more are taken, up to three times: other work on the machine comes and goes, a
 * slow page stays slow. On a machine that has more to do than it can, waiting says nothing, and the least of the page's own work counts. Prints all.
 */
export async function medianWithin(label: string, bound: number, take: () => Promise<Took>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 3 && best > bound; round++) {
    const takes: Took[] = [];
    for (let index = 0; index < 5; index++) takes.push(await take());
    const wall = median(takes.map((each) => each.wall));
    const work = takes.map((each) => each.work.toFixed(0)).join(', ');
    const busy = (loadavg()[0] ?? 0) > availableParallelism();
    best = Math.min(best, wall, ...(busy ? takes.map((each) => each.work) : []));
    const all = takes.map((each) => each.wall.toFixed(0)).join(', ');
    console.log(
      `      ${label}: median ${wall.toFixed(0)} ms of ${all}; its own work ${work} ms; bound ${String(bound)} ms` +
        (busy ? ' (this machine is busy with other things: the least work counts)' : ''),
    );
  }
  return best;
}
