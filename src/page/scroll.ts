import { current, keepScroll, subscribe } from './store';

/** How long what comes later (samples of open task types) may still make the page longer before it stays where it is. */
const PATIENCE_MS = 3000;
const SETTLED_MS = 100;

/** Brings the page back to where it stood, and keeps where it stands from then on. */
export function rememberScroll(): void {
  const wanted = current().kept.scroll;
  if (wanted === 0) {
    record();
    return;
  }
  const stop = subscribe(() => {
    const { diagnosis } = current();
    if (diagnosis === undefined) return;
    stop();
    // Without a Diagnosis there is nothing to come back to.
    if (diagnosis === null) record();
    else goTo(wanted);
  });
}

function goTo(wanted: number): void {
  const growth = new ResizeObserver(() => {
    window.scrollTo(0, wanted);
    if (Math.abs(window.scrollY - wanted) < 2) finish();
  });
  // A person who moves the page means it.
  const finish = (): void => {
    growth.disconnect();
    clearTimeout(timer);
    for (const type of MOVES) window.removeEventListener(type, finish);
    record();
  };
  const timer = setTimeout(finish, PATIENCE_MS);
  for (const type of MOVES) window.addEventListener(type, finish, { passive: true });
  growth.observe(document.body);
}

const MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

function record(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    if (window.scrollY !== current().kept.scroll) keepScroll(window.scrollY);
  };
  window.addEventListener('scroll', () => {
    clearTimeout(timer);
    timer = setTimeout(save, SETTLED_MS);
  });
  document.addEventListener('visibilitychange', save);
}
