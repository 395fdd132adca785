/** Brings a part of the page into view and puts the focus there, on its heading where it has one. */
export function goTo(id: string): void {
  const part = document.getElementById(id);
  if (!part) return;
  const target = part.querySelector<HTMLElement>('h1, h2, h3 button, h3') ?? part;
  if (target.tagName !== 'BUTTON' && !target.hasAttribute('tabindex')) target.tabIndex = -1;
  part.scrollIntoView({ block: 'start' });
  target.focus({ preventScroll: true });
}
