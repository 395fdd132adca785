import { useEffect, useState } from 'preact/hooks';

/** False for the first drawing, true once that has been on the screen: what needs many elements, or stands far down, waits for it. */
export function useDrawn(when = true): boolean {
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (when) setDrawn(true);
  }, [when]);
  return drawn;
}
