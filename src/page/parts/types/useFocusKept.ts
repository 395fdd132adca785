import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Brings the focus back to the element with the same id when what was within `container` was taken away and drawn anew.
 * @param drawn changes when it was
 */
export function useFocusKept(container: RefObject<HTMLElement | null>, drawn: unknown): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const element = container.current;
    const onFocus = ({ target }: FocusEvent): void => {
      last.current = (target as Element).id || null;
    };
    const onBlur = ({ relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null) last.current = null;
    };
    const onPress = (): void => {
      last.current = null;
    };
    element?.addEventListener('focusin', onFocus);
    element?.addEventListener('focusout', onBlur);
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      element?.removeEventListener('focusin', onFocus);
      element?.removeEventListener('focusout', onBlur);
      document.removeEventListener('pointerdown', onPress, true);
    };
  }, [container]);
  useLayoutEffect(() => {
    if (last.current === null || document.activeElement !== document.body) return;
    document.getElementById(last.current)?.focus({ preventScroll: true });
  }, [drawn]);
}
