import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { currentDrafts, subscribeDrafts } from './draftStore';
import { DraftsPage } from './parts/drafts/DraftsPage';

/** The page of drafted effect rules. */
export function DraftApp(): JSX.Element {
  const [state, setState] = useState(currentDrafts());
  useEffect(() => {
    const stop = subscribeDrafts(() => {
      setState(currentDrafts());
    });
    // Effects run after the first drawing: what the editor said meanwhile was not heard.
    setState(currentDrafts());
    return stop;
  }, []);
  return <main class="one-task">{state && <DraftsPage state={state} />}</main>;
}
