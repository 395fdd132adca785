import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { healthOf } from '../../../report/health';
import { answerOf } from '../../../report/summary';

interface AnnouncerProps {
  readonly panel: PanelState | null;
  /** Of the shown Diagnosis; null: there is none; undefined: not known yet. */
  readonly id: string | null | undefined;
  readonly head: DiagnosisHead | undefined;
}

interface Before {
  readonly id: string | null;
  readonly problem: string | null;
  readonly running: boolean;
}

/** Tells screen readers when a check ends, well or not; never its steps. */
export function Announcer({ panel, id, head }: AnnouncerProps): JSX.Element {
  const [words, setWords] = useState('');
  const before = useRef<Before | null>(null);
  const problem = panel?.problem?.message ?? null;
  const running = panel !== null && panel.running !== null;
  const ready = panel !== null && id !== undefined;
  useEffect(() => {
    if (!ready) return;
    const last = before.current;
    before.current = { id, problem, running };
    // What the page opened with is read as the page.
    if (last === null) return;
    if (running && !last.running) setWords('');
    else if (problem !== null && !running && (last.running || problem !== last.problem))
      setWords(escapeUnsafe(problem));
    else if (head && id !== last.id) setWords(`Check done. ${sentence(head)}`);
  }, [ready, id, problem, running]);
  return (
    <p class="unseen" role="status">
      {words}
    </p>
  );
}

function sentence(head: DiagnosisHead): string {
  const { stuck, verdicts, younger } = answerOf(head);
  const answer = verdicts === null ? stuck : `${stuck}: ${verdicts}`;
  const urgent = healthOf(head)?.headline ?? null;
  return [urgent, answer, younger].flatMap((part) => (part === null ? [] : [`${part}.`])).join(' ');
}
