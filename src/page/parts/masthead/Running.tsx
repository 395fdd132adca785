import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count, number } from '../../../base/numbers';
import type { CountsSoFar } from '../../../model/progress';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { PanelState } from '../../../report/panelMessages';
import { percentText, verdictShares } from '../../../report/verdictText';
import { act } from '../../host';
import { Button } from '../controls';
import { VerdictIcon } from '../VerdictMark';

type RunningState = NonNullable<PanelState['running']>;

interface RunningProps {
  readonly running: RunningState;
  /** It stands over a result: one line, so that the result keeps its place. */
  readonly over?: boolean;
}

/** How far the running check is. */
export function Running({ running, over = false }: RunningProps): JSX.Element {
  const { connection, step, steps, label, counts } = running;
  const seconds = useSeconds(running.elapsedMs);
  const part = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const banner = part.current;
    // The button that began the check cannot be pressed now. The focus does not go to Cancel: a second Enter would end the check.
    if (isDisabled(document.activeElement)) banner?.focus();
    return () => {
      if (banner?.contains(document.activeElement)) setTimeout(focusAnswer);
    };
  }, []);
  return (
    <section class="banner banner-running" aria-label="Running check" ref={part} tabIndex={-1}>
      <vscode-progress-ring aria-label="Checking" />
      <div class="banner-words">
        <p class="running-line">
          <strong>
            Checking <bdi>{escapeUnsafe(connection)}</bdi>
          </strong>
          {` · ${number(seconds)} s`}
          {steps > 0 && ` · step ${step} of ${steps}`}
          {over && label !== '' && <span class="quiet"> · {escapeUnsafe(label)}</span>}
        </p>
        {!over && label !== '' && <p class="running-label">{escapeUnsafe(label)}</p>}
        {!over && counts && <Counts counts={counts} />}
      </div>
      <Button
        onClick={() => {
          act('cancel');
        }}
      >
        Cancel
      </Button>
    </section>
  );
}

function Counts({
  counts: { stuck, taskTypes, judged, verdicts },
}: {
  readonly counts: CountsSoFar;
}): JSX.Element | null {
  if (stuck === undefined) return null;
  const shares = verdictShares(verdicts ?? {});
  return (
    <>
      <p class="running-counts">
        {count(stuck, 'stuck task')}
        {taskTypes !== undefined && ` in ${count(taskTypes, 'task type')}`}
        {judged !== undefined && stuck > 0 && `, ${number(judged)} judged (${percentText(judged / stuck)})`}
      </p>
      {shares.length > 0 && (
        <ul class="running-verdicts">
          {shares.map(({ verdict, count: rows }) => (
            <li key={verdict} class="verdict-mark">
              <VerdictIcon verdict={verdict} />
              <span>
                {number(rows)} {verdict}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Whole seconds since the check began: what the editor last said, and the time that went by since. */
function useSeconds(elapsedMs: number): number {
  const heard = useRef({ elapsedMs: -1, at: 0 });
  if (heard.current.elapsedMs !== elapsedMs) heard.current = { elapsedMs, at: performance.now() };
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      tick((ticks) => ticks + 1);
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return Math.floor((elapsedMs + performance.now() - heard.current.at) / 1000);
}

function isDisabled(element: Element | null): boolean {
  return element !== null && 'disabled' in element && element.disabled === true;
}

function focusAnswer(): void {
  document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}
