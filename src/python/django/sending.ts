/** What a call sends to Celery. Source: celery/app/task.py (5.6), celery-task-manager 1.11.4 (`core/decorators.py`, `django/dispatch.py`). */
import { SIGNAL_MODULE, SIGNAL_TASK } from '../signalOfRow';
import type { FunctionNode } from '../syntax/tree';
import { keyOfRow } from './queries';
import type { KeyValue, RowTrace } from './trace';
import { partsOf } from './trees';
import { constantValue, keyOf, type Arguments, type Signal, type Value } from './values';

/** A task with its arguments, before it is known where it is sent. */
export interface Sending {
  readonly name: string;
  readonly positional: readonly (KeyValue | undefined)[];
  readonly keywords: ReadonlyMap<string, KeyValue | undefined>;
}

/**
 * Whether a function is a task of celery-task-manager: its `@task` makes rows, and a call of the function sends it as well. What Celery
 * itself decorates makes none.
 */
export function isLibraryTask({ decorators }: FunctionNode): boolean {
  return decorators.some((decorator) => {
    const parts = partsOf(decorator.kind === 'call' ? decorator.of : decorator);
    return parts?.length === 1 && parts[0] === 'task';
  });
}

/** `task(...)`, `task.delay(...)`, `task.apply_async(args=[...], kwargs={...})`, `app.send_task('name', ...)`. */
export function sendingOf(name: string, method: string, given: Arguments): Sending {
  if (method !== 'apply_async' && method !== 'send_task')
    return { name, positional: given.positional.map(keyFor), keywords: keysFor(given.keywords) };
  const [first, second] = method === 'send_task' ? given.positional.slice(1) : given.positional;
  const args = given.keywords.get('args') ?? first;
  const kwargs = given.keywords.get('kwargs') ?? second;
  return {
    name,
    positional: args?.kind === 'list' ? args.items.map(keyFor) : [],
    keywords: kwargs?.kind === 'dict' ? keysFor(kwargs.entries) : new Map(),
  };
}

/** `signal.delay(sender=Model, instance=row)` */
export function sendingOfSignal({ emisor }: Signal, row: RowTrace, senderModule: string): Sending | undefined {
  if (!emisor) return undefined;
  const texts = [emisor.module, emisor.name, senderModule, row.model.name];
  return {
    name: `${SIGNAL_MODULE}.${SIGNAL_TASK}`,
    positional: [...texts.map((text) => keyOf(constantValue(text))), keyOfRow(row)],
    keywords: new Map(),
  };
}

function keyFor(value: Value): KeyValue | undefined {
  return keyOf(value);
}

function keysFor(values: ReadonlyMap<string, Value>): Map<string, KeyValue | undefined> {
  return new Map([...values].map(([name, value]) => [name, keyOf(value)]));
}
