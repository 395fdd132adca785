import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { copy } from '../host';
import { Button } from './controls';

interface CopyButtonProps {
  /** What the button says. */
  readonly title: string;
  /** What is copied, made when it is asked for. */
  readonly text: () => string;
  readonly label?: string;
}

const SHOWN_MS = 2000;
/** The clipboard answers at once or, where the editor refused, never. */
const PATIENCE_MS = 5000;

/** Copies a text, and says that it did, also to screen readers. */
export function CopyButton({ title, text, label }: CopyButtonProps): JSX.Element {
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = (words: string): void => {
    clearTimeout(timer.current);
    setSaid(words);
    timer.current = setTimeout(() => {
      setSaid('');
    }, SHOWN_MS);
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const onClick = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      say('Not copied');
    }, PATIENCE_MS);
    void copy(text()).then(() => {
      say('Copied');
    });
  };
  return (
    <span class="copy">
      <Button onClick={onClick} {...(label === undefined ? {} : { label })}>
        {title}
      </Button>
      <span class="copied" role="status">
        {said}
      </span>
    </span>
  );
}
