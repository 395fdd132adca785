import { useEffect, useState } from 'preact/hooks';

const NARROW = window.matchMedia('(max-width: 600px)');

/** Whether the page is too narrow for columns beside each other. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const onChange = (): void => {
      setNarrow(NARROW.matches);
    };
    onChange();
    NARROW.addEventListener('change', onChange);
    return () => {
      NARROW.removeEventListener('change', onChange);
    };
  }, []);
  return narrow;
}

/** False for the first drawing, true once that has been on the screen: what needs many elements, or stands far down, waits for it. */
export function useDrawn(when = true): boolean {
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (when) setDrawn(true);
  }, [when]);
  return drawn;
}
