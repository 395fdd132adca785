/** Rows that a task makes in the task table itself: those of the tasks that it sends. */
import type { EffectRule } from '../../model/effectRule';
import type { KeyValue, SentTask } from '../../python/django/trace';
import type { Said } from './codeCandidate';
import { argumentOf, type Look } from './look';

/** Long enough for a message that waits its turn, short enough that a later sending is another one. */
const AN_HOUR_S = 3600;
const NOWHERE = 'kwargs.always';

/**
 * How a rule finds the rows of a sent task; undefined where the arguments do not lead to them.
 * @param required places of the values that tell one sending of the sending task from another
 */
export function lookOfSent(sent: SentTask, taskTable: string, required: readonly string[]): Look | undefined {
  const find: Record<string, EffectRule['find'][string]> = {};
  const places: string[] = [];
  const given: [string, KeyValue | undefined][] = [
    ...sent.positional.map((key, index): [string, KeyValue | undefined] => [`arguments.args[${String(index)}]`, key]),
    ...[...sent.keywords].map(([name, key]): [string, KeyValue | undefined] => [`arguments.kwargs.${name}`, key]),
  ];
  for (const [path, key] of given) {
    // A parameter that nobody need give leads nowhere where it is not given.
    if (key?.kind === 'argument' && key.default !== null) {
      find[path] = argumentOf(key);
      places.push(key.places.join('|'));
    } else if (key?.kind === 'constant' && typeof key.value === 'string') {
      // The language has no constant for a path: a place that no arguments have leads to its default.
      find[path] = { from: NOWHERE, default: key.value };
    }
  }
  // Other values may tell one sending of this task from another.
  if (places.length === 0 || !required.every((each) => places.includes(each))) return undefined;
  // Whatever saves the row may send it too.
  if (sent.isIncidental && !sent.always) return undefined;
  const dot = sent.name.lastIndexOf('.');
  return {
    table: taskTable,
    fixed: { task_module: sent.name.slice(0, dot), task_name: sent.name.slice(dot + 1) },
    find,
    column: (column) => column,
    oneRow: false,
    isPartial: false,
    places,
  };
}

/**
 * A worker makes the row when it first handles the message, so a missing row may only be late: it says nothing. Neither does an old one:
 * somebody else may have sent the same.
 */
export function sentTask(sent: SentTask): Said[] {
  const why = [{ says: `Sends ${sent.name}${sent.always ? ', whenever it ends well' : ''}.`, place: sent.place }];
  const text = `${sent.name} was sent with the same arguments: its row was created at {created_at}, after this task was created.`;
  const common = { says: 'executed', strength: 'likely', text } as const;
  const guarantees = { everyRun: sent.always, guarded: false, timed: true, why };
  return [
    { ...guarantees, outcomes: [{ when: [{ column: 'created_at', within: AN_HOUR_S }], ...common }] },
    { ...guarantees, outcomes: [{ when: [{ column: 'created_at', atOrAfter: 'created_at' }], ...common }] },
  ];
}
