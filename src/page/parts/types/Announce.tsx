import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const PAUSE_MS = 700;

/** Tells screen readers of a text when it has changed and then stood still; not of the one that the page opened with. */
export function Announce({ text }: { readonly text: string }): JSX.Element {
  const [said, setSaid] = useState('');
  const first = useRef(text);
  useEffect(() => {
    if (text === first.current) return;
    first.current = '';
    const timer = setTimeout(() => {
      setSaid(text);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return (
    <div class="unseen" aria-live="polite">
      {said}
    </div>
  );
}
