/** The code of a workspace as a source of effect rules. Nothing is listed or read before the first question, and nothing is run. */
import { Models } from '../../python/django/models';
import { Receivers } from '../../python/django/receivers';
import { traceTask } from '../../python/django/interpret';
import { taskTree } from '../../python/django/taskTree';
import { Trees, type Parsed } from '../../python/django/trees';
import { listedOnce } from '../../python/listed';
import type { SourceFiles } from '../../python/model';
import { SIGNAL_PARAMETERS } from '../../python/signalOfRow';
import type { CodeFound, TaskCode } from './candidate';
import type { Candidate } from './codeCandidate';
import { candidatesOf } from './fromTrace';
import { followSignal, isSignalTask, signalTasks } from './signalTasks';

/** What the code of one task suggests, with what it guarantees. */
export interface CodeDraft extends CodeFound {
  readonly candidates: readonly Candidate[];
}

export interface Code extends TaskCode {
  /** Reads the function of a task and what it calls: at most some hundred files, each once for all tasks of this source. */
  candidates(...args: Parameters<TaskCode['candidates']>): Promise<CodeDraft>;
}

/**
 * @param files the workspace: `workspaceSources()` in the editor, `folderSources(dir)` in a terminal
 * @param taskTable the task table, for tasks that send others: `table` or `schema.table`
 */
export function openCode(files: SourceFiles, taskTable = 'task_manager_taskmanager'): Code {
  const once = listedOnce(files);
  const parsed: Parsed = new Map();
  // Read once for all tasks: they are some files, whoever asks first.
  const shared = new Trees(once, new AbortController().signal, parsed);
  const receivers = new Receivers(shared, new Models(shared));
  return {
    candidates: async (type, signal) => {
      const trees = new Trees(once, signal, parsed);
      if (isSignalTask(type)) {
        const candidates: Candidate[] = [];
        let followed = true;
        for (const task of await signalTasks(receivers)) {
          const { drafted, trace } = await followSignal(task, once, { receivers, parsed, taskTable }, signal);
          followed &&= trace.unclear.length === 0;
          candidates.push(...candidatesOf(drafted, trace));
        }
        const because = candidates.length > 0 ? {} : { because: NO_RECEIVER };
        return { candidates, parameters: SIGNAL_PARAMETERS, followed, ...because };
      }
      const tree = await taskTree(once, trees, type, signal);
      if (typeof tree === 'string') return { candidates: [], parameters: [], followed: false, because: tree };
      const { found, node, isBound } = tree;
      const trace = await traceTask({ trees, models: new Models(trees), receivers }, tree);
      const drafted = {
        task: `${type.taskModule}.${type.taskName}`,
        taskTable,
        path: (file: string) => once.path(file),
      };
      const candidates = candidatesOf(drafted, trace);
      const taken = node.parameters.filter(({ takes }) => takes === 'positional').map(({ name }) => name);
      return {
        candidates,
        parameters: isBound ? taken.slice(1) : taken,
        followed: trace.unclear.length === 0,
        place: found.place,
        ...(candidates.length > 0 ? {} : { because: whyNot(trace.unclear) }),
      };
    },
  };
}

const NO_RECEIVER =
  'The receivers of signals in this workspace leave nothing in the database that the arguments of this task lead to.';

function whyNot(unclear: readonly string[]): string {
  return ['The code of this task leaves nothing in the database that its arguments lead to.', ...unclear].join(' ');
}
