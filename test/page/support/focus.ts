import type { Page } from 'playwright-core';

/** A stop of the Tab key. */
export interface Stop {
  /** Its place among all interactive elements, in document order; -1: not one of them. */
  readonly index: number;
  readonly what: string;
  /** Whether something on the screen showed that the focus was there. */
  readonly shown: boolean;
}

interface Walker {
  /** The elements that Tab should reach, in document order. */
  expected(): string[];
  stop(): Stop | null;
  /** How the previous stop looks now that the focus has left it. */
  wasShown(): boolean;
}

declare global {
  interface Window {
    focusWalker: Walker;
  }
}

/** Presses Tab from the top until the page's end; gives what should be reached and what was. */
export async function walk(page: Page): Promise<{ expected: string[]; stops: Stop[]; trapped: boolean }> {
  await page.evaluate(installWalker);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
  });
  // From the very top, wherever a click was before.
  await page.evaluate(() => {
    const start = document.createElement('span');
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  });
  const expected = await page.evaluate(() => window.focusWalker.expected());
  const stops: Stop[] = [];
  for (let press = 0; press <= expected.length + 20; press++) {
    await page.keyboard.press('Tab');
    const last = stops.at(-1);
    if (last) stops[stops.length - 1] = { ...last, shown: await page.evaluate(() => window.focusWalker.wasShown()) };
    const stop = await page.evaluate(() => window.focusWalker.stop());
    if (!stop) return { expected, stops, trapped: false };
    stops.push(stop);
  }
  return { expected, stops, trapped: true };
}

/** Runs in the page. */
function installWalker(): void {
  const inner = (root: Document | ShadowRoot): Element | null => {
    const { activeElement } = root;
    return activeElement?.shadowRoot?.activeElement ? inner(activeElement.shadowRoot) : activeElement;
  };
  const hosts = (element: Element): Element[] => {
    const root = element.getRootNode();
    return root instanceof ShadowRoot ? [element, ...hosts(root.host)] : [element];
  };
  const outer = (element: Element): Element => hosts(element).at(-1) ?? element;
  const describe = (element: Element): string => {
    const name = element.getAttribute('aria-label') ?? element.textContent.trim().replace(/\s+/g, ' ').slice(0, 60);
    return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''} "${name}"`;
  };
  const candidates = (): HTMLElement[] =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [tabindex], vscode-button, vscode-dropdown, vscode-text-field, vscode-panel-tab',
      ),
    ].filter((element) => {
      const disabled = element.hasAttribute('disabled') || element.closest('[inert]') !== null;
      // Of a group with arrow keys (tabs, radio buttons), one is reached by Tab.
      const grouped = element.getAttribute('tabindex') === '-1';
      const visible = element.checkVisibility({ visibilityProperty: true });
      return !disabled && !grouped && visible && element.getClientRects().length > 0;
    });
  /** All that a focus ring could be drawn with, around an element. */
  const look = (element: Element): string => {
    const chain = hosts(element).flatMap((each) => [
      each,
      each.parentElement,
      each.previousElementSibling,
      each.nextElementSibling,
    ]);
    const around = chain.filter((each) => each !== null);
    const within = hosts(element).flatMap((each) =>
      [...(each.shadowRoot?.querySelectorAll('*') ?? []), ...each.querySelectorAll('*')].slice(0, 30),
    );
    return [...new Set([...around, ...within])]
      .map((each) => {
        const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, stroke, strokeWidth } =
          getComputedStyle(each);
        const outline =
          outlineStyle === 'none' || outlineWidth === '0px'
            ? 'none'
            : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
        return [outline, boxShadow, borderColor, stroke, strokeWidth].join('|');
      })
      .join('\n');
  };
  let previous: { element: Element; focused: string } | undefined;
  window.focusWalker = {
    expected: () => candidates().map(describe),
    stop: () => {
      const element = inner(document);
      if (!element || element === document.body || element === document.documentElement) return null;
      previous = { element, focused: look(element) };
      const place = outer(element) as HTMLElement;
      return { index: candidates().indexOf(place), what: describe(place), shown: false };
    },
    wasShown: () => previous !== undefined && previous.focused !== look(previous.element),
  };
}
