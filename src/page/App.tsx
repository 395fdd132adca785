import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Advice } from './parts/advice/Advice';
import { Facts } from './parts/facts/Facts';
import { Masthead } from './parts/Masthead';
import { Announcer } from './parts/masthead/Announcer';
import { Overview } from './parts/overview/Overview';
import { TaskTypes } from './parts/types/TaskTypes';
import { useDrawn } from './parts/hooks';
import { current, subscribe } from './store';

/** The report, top to bottom: the answer, the pictures, the types, what to do and how we know, the servers. */
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
  const stuck = head !== undefined && head.taskTypes.length > 0;
  // Progress comes several times a second; what it does not change is not drawn again.
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
          <Advice id={id} head={head} turned={turnedAdvice} />
          <Facts head={head} />
        </>
      ),
    [isDrawn, head, id, turnedAdvice],
  );
  return (
    <main>
      <Announcer panel={panel} id={diagnosis === null ? null : id} head={head} />
      <Masthead panel={panel} head={head} known={diagnosis !== undefined} />
      {overview}
      {types}
      {rest}
    </main>
  );
}
