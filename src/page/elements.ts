/** A row far down a long table is drawn some frames after it was asked for. */
const MOST_FRAMES = 180;

/** Does something with the element of this id as soon as it is there; nothing if it does not come. */
export function whenDrawn(id: string, act: (element: HTMLElement) => void, frames = MOST_FRAMES): void {
  requestAnimationFrame(() => {
    const element = document.getElementById(id);
    if (element) act(element);
    else if (frames > 0) whenDrawn(id, act, frames - 1);
  });
}

/** Brings a part of the page into view and puts the focus there, on its heading where it has one. */
export function goTo(id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  const target = part.querySelector<HTMLElement>('h1, h2, h3 button, h3') ?? part;
  if (target.tagName !== 'BUTTON' && !target.hasAttribute('tabindex')) target.tabIndex = -1;
  part.scrollIntoView({ block: 'start' });
  target.focus({ preventScroll: true });
}
