import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Facts } from './parts/facts/Facts';
import { Masthead } from './parts/Masthead';
import { Overview } from './parts/overview/Overview';
import { Advice } from './parts/advice/Advice';
import { TaskTypes } from './parts/types/TaskTypes';
import { current, subscribe } from './store';

/** The report, top to bottom: the answer, the pictures, the types, what to do and how we know, the servers. */
export function App(): JSX.Element {
  const [{ panel, diagnosis, kept }, setState] = useState(current());
  useEffect(
    () =>
      subscribe(() => {
        setState(current());
      }),
    [],
  );
  return (
    <main>
      <Masthead panel={panel} head={diagnosis?.head} />
      {diagnosis && diagnosis.head.taskTypes.length > 0 && (
        <>
          <Overview head={diagnosis.head} filters={kept.filters} />
          <TaskTypes id={diagnosis.id} head={diagnosis.head} kept={kept} />
        </>
      )}
      {diagnosis && (
        <>
          <Advice id={diagnosis.id} head={diagnosis.head} />
          <Facts head={diagnosis.head} />
        </>
      )}
    </main>
  );
}
