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
