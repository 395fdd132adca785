/**
 * `execute_signal` of celery-task-manager is in no workspace, and what it does is what the receivers do: for each signal it is written out
 * as the function that it amounts to, and followed like any task. Source: celery-task-manager 1.11.4 (`django/tasks.py`).
 */
import type { EffectRule } from '../../model/effectRule';
import type { Receiver, Receivers } from '../../python/django/receivers';
import { traceTask } from '../../python/django/interpret';
import { Models, type Model } from '../../python/django/models';
import type { TaskTrace } from '../../python/django/trace';
import { Trees, type Parsed } from '../../python/django/trees';
import { Lines } from '../../python/lines';
import type { CodePlace, SourceFiles, TaskNamed } from '../../python/model';
import { SIGNAL_INSTANCE, SIGNAL_MODULE, SIGNAL_PARAMETERS, SIGNAL_TASK } from '../../python/signalOfRow';
import type { DraftedTask } from './fromTrace';

/** What the library runs for one signal of one model. */
export interface SignalTask {
  /** Which rows of `execute_signal` it is. */
  readonly where: NonNullable<EffectRule['where']>;
  /** A module with the function, in Python. */
  readonly text: string;
  /** The first of its receivers: what stands in `text` is shown there. */
  readonly shown: Receiver;
}

export function isSignalTask({ taskModule, taskName }: TaskNamed): boolean {
  return taskModule === SIGNAL_MODULE && taskName === SIGNAL_TASK;
}

/** The signals that have receivers in the workspace, each with the models that send it. */
export async function signalTasks(receivers: Receivers): Promise<SignalTask[]> {
  const all = (await receivers.all()).filter(({ signal }) => signal.emisor !== undefined);
  const tasks = new Map<string, SignalTask>();
  for (const { signal, sender } of all) {
    // A receiver of any model's signal runs with those of one model; alone it says nothing of what its instance is.
    if (!sender?.class || !signal.emisor) continue;
    const key = `${signal.key} ${sender.table}`;
    if (tasks.has(key)) continue;
    const ours = await receivers.of(signal.key, sender);
    const [shown] = ours.filter((receiver) => receiver.sender !== undefined);
    if (shown) tasks.set(key, { where: whereOf(signal.emisor, sender), text: textOf(sender, ours), shown });
  }
  return [...tasks.values()];
}

function whereOf({ module, name }: { module: string; name: string }, sender: Model): SignalTask['where'] {
  return [module, name, undefined, sender.name].flatMap((equals, place) =>
    equals === undefined
      ? []
      : [{ argument: [`args[${String(place)}]`, `kwargs.${SIGNAL_PARAMETERS[place] ?? ''}`], equals }],
  );
}

function textOf(sender: Model, receivers: readonly Receiver[]): string {
  const imports = receivers.map(
    ({ module, node }, number) => `from ${module.parts.join('.')} import ${node.name} as receiver_${String(number)}`,
  );
  const calls = receivers.map((_, number) => `    receiver_${String(number)}(sender=Sender, instance=instance)`);
  return [
    `from ${sender.class?.module.parts.join('.') ?? ''} import ${sender.name} as Sender`,
    ...imports,
    `def ${SIGNAL_TASK}(${SIGNAL_PARAMETERS.join(', ')}, **_):`,
    `    instance = Sender.objects.filter(pk=${SIGNAL_INSTANCE}).first()`,
    '    if instance is None:',
    '        raise RetryTask()',
    ...calls,
    '',
  ].join('\n');
}

/** What is read and kept for all tasks of a workspace. */
interface Shared {
  readonly receivers: Receivers;
  readonly parsed: Parsed;
  readonly taskTable: string;
}

/**
 * Follows the function of a signal's task. Places in it are shown where its first receiver begins.
 * @throws Problem `cancelled`
 */
export async function followSignal(
  { where, text, shown }: SignalTask,
  files: SourceFiles,
  { receivers, parsed, taskTable }: Shared,
  signal: AbortSignal,
): Promise<{ readonly drafted: DraftedTask; readonly trace: TaskTrace }> {
  const file = `${SIGNAL_TASK} ${JSON.stringify(where)}`;
  const trees = new Trees(withFile(files, file, text), signal, parsed);
  const module = await trees.module(file);
  const node = module?.statements.find((statement) => statement.kind === 'function');
  if (!module || node?.kind !== 'function') throw new Error('The text of a signal is no function.');
  const on = { trees, models: new Models(trees), receivers };
  const trace = await traceTask(on, { module, node, owners: [], isBound: false, isAtomic: false });
  const begins = await placeOf(trees, shown);
  return {
    drafted: {
      task: `${SIGNAL_MODULE}.${SIGNAL_TASK}`,
      where,
      taskTable,
      path: (of) => files.path(of),
      place: (place) => (place.file === file ? begins : place),
    },
    // The rule names the signal and the model, so that only the instance tells one sending from another.
    trace: { ...trace, required: trace.required.filter((places) => places.includes(SIGNAL_INSTANCE)) },
  };
}

/** The workspace with one file more, which no listing shows. */
function withFile(files: SourceFiles, file: string, text: string): SourceFiles {
  return {
    ...files,
    read: (asked) => (asked === file ? Promise.resolve(text) : files.read(asked)),
    path: (asked) => (asked === file ? file : files.path(asked)),
  };
}

async function placeOf(trees: Trees, { module, node }: Receiver): Promise<CodePlace> {
  return { file: module.file, ...new Lines(await trees.text(module.file)).at(node.at) };
}
