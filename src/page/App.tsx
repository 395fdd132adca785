import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Advice } from './parts/advice/Advice';
import { Sources } from './parts/advice/Sources';
import { Facts } from './parts/facts/Facts';
import { Masthead } from './parts/Masthead';
import { Announcer } from './parts/masthead/Announcer';
import { JumpLine } from './parts/masthead/JumpLine';
import { Overview } from './parts/overview/Overview';
import { Patterns } from './parts/overview/Patterns';
import { VerdictFigure } from './parts/overview/VerdictFigure';
import { TaskTypes } from './parts/types/TaskTypes';
import { useDrawn } from './parts/hooks';
import { current, subscribe } from './store';

/** The report, top to bottom: the answer, the plan, and the proof: the pictures, the types, how we know, the servers. */
export function App(): JSX.Element {
  const [{ panel, diagnosis, kept }, setState] = useState(current());
  useEffect(() => {
    const stop = subscribe(() => {
      setState(current());
    });
    // Effects run after the first drawing: what the editor said meanwhile was not heard.
    setState(current());
    return stop;
  }, []);
  const head = diagnosis?.head;
  const id = diagnosis?.id;
  const { filters, turnedAdvice } = kept;
  const { settled } = panel ?? {};
  const offersKey = JSON.stringify(panel && { ...panel, running: panel.running !== null });
  const stuck = head !== undefined && head.taskTypes.length > 0;
  // Progress comes several times a second; what it does not change is not drawn again.
  const verdicts = useMemo(
    () => head && stuck && <VerdictFigure head={head} filters={filters} />,
    [head, stuck, filters],
  );
  const plan = useMemo(
    () =>
      head &&
      id !== undefined &&
      panel && <Advice id={id} head={head} panel={panel} turned={turnedAdvice} settled={settled ?? []} />,
    [head, id, turnedAdvice, offersKey],
  );
  const overview = useMemo(() => head && stuck && <Overview head={head} filters={filters} />, [head, stuck, filters]);
  const types = useMemo(
    () => head && stuck && id !== undefined && <TaskTypes id={id} head={head} kept={kept} />,
    [head, stuck, id, kept],
  );
  // What stands far down waits for the first drawing of what stands above.
  const isDrawn = useDrawn(head !== undefined);
  const rest = useMemo(
    () =>
      isDrawn &&
      head &&
      id !== undefined && (
        <>
          <Sources id={id} sources={head.sources} rules={head.rules ?? []} />
          <Facts head={head} />
        </>
      ),
    [isDrawn, head, id],
  );
  return (
    <main>
      <Announcer panel={panel} id={diagnosis === null ? null : id} head={head} />
      <Patterns />
      <Masthead panel={panel} head={head} known={diagnosis !== undefined} verdicts={verdicts} />
      {head && panel && <JumpLine head={head} filters={filters} />}
      {plan}
      {overview}
      {types}
      {rest}
    </main>
  );
}
