// @ts-check
/** Looks at what a person sees in a workbench, from inside its page. */

/** @import { Page } from 'playwright-core' */
/** @import { Seen } from './onScreen.js' */

/** What the parts of the page are called, and what tells a step with its time from other words. */
const PLACES = {
  message: {
    selector: '.pane-body .tree-explorer-viewlet-tree-view > .message',
    here: '^Checking ',
    time: '^Checking .*: step [0-9]+( of [0-9]+)?, [0-9]+ s',
  },
  toast: {
    selector: '.notification-toast .notification-list-item-message',
    here: '^Checking ',
    time: '\\[[0-9]+/[0-9]+ \\+[0-9.]+s\\]',
  },
};

/**
 * Begins to look, until `seenInPage` is asked.
 * @param {Page} page
 * @returns {Promise<void>}
 */
export async function watchPage(page) {
  await page.evaluate(watch, PLACES);
}

/**
 * @param {Page} page
 * @returns {Promise<Seen>} what was seen since `watchPage`
 */
export async function seenInPage(page) {
  return await page.evaluate(() => /** @type {any} */ (globalThis).benchSeen());
}

/** @param {typeof PLACES} places */
function watch(places) {
  // In the page, where there is a document; this project is compiled without its types.
  /** @type {any} */
  const { document, MutationObserver, addEventListener, requestAnimationFrame, setTimeout } = globalThis;
  /** @type {Record<string, number>} */
  const moments = {};
  /** @type {number | undefined} */
  let pressed;
  const options = { capture: true, once: true };
  const press = () => (pressed = performance.now());
  addEventListener('mousedown', press, options);
  /** @param {string} name */
  const note = (name) => {
    if (name in moments) return;
    moments[name] = NaN;
    // The frame is drawn between the callback before it and the next task.
    requestAnimationFrame(() => setTimeout(() => (moments[name] = performance.now()), 0));
  };
  const look = () => {
    if (pressed === undefined) return;
    for (const [name, { selector, here, time }] of Object.entries(places)) {
      const text = document.querySelector(selector)?.textContent ?? '';
      if (new RegExp(here).test(text)) note(name);
      if (new RegExp(time).test(text)) note(`${name}Time`);
    }
    // VS Code fades a notification in.
    if ('toast' in moments && document.querySelector('.notification-toast.notification-fade-in-done'))
      note('toastDone');
  };
  const observer = new MutationObserver(look);
  const classes = { attributes: true, attributeFilter: ['class'] };
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, ...classes });
  Object.assign(globalThis, {
    benchSeen: () => {
      observer.disconnect();
      return Object.fromEntries(Object.entries(moments).map(([name, at]) => [name, at - (pressed ?? NaN)]));
    },
  });
}
