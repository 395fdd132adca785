/** The code of a workspace as a source of effect rules. Nothing is listed or read before the first question, and nothing is run. */
import { listedOnce } from '../../python/listed';
import type { CodePlace, SourceFiles, TaskNamed } from '../../python/model';
import { traceTask } from '../../python/django/interpret';
import { Models } from '../../python/django/models';
import { Receivers } from '../../python/django/receivers';
import { taskCode } from '../../python/django/taskCode';
import { Trees, type Parsed } from '../../python/django/trees';
import type { Candidate } from './candidate';
import { candidatesOf } from './fromTrace';

/** What the code of one task suggests. */
export interface TaskDraft {
  /** The name of the function in its `def`; absent where it was not found. */
  readonly place?: CodePlace;
  /** The rules, the one that says most and is guaranteed best first; empty where the code shows no effect. */
  readonly candidates: readonly Candidate[];
  /** Sentences: why there is no candidate, or what of the code was not followed. */
  readonly unclear: readonly string[];
}

export interface Code {
  /**
   * Reads the code of a task, at most some hundred files of it, each once for all tasks of this source.
   * @throws Problem `cancelled`
   */
  task(task: TaskNamed, signal: AbortSignal): Promise<TaskDraft>;
}

/**
 * @param files the workspace: `workspaceSources()` in the editor, `folderSources(dir)` in a terminal
 * @param taskTable the task table, for tasks that send others; `table` or `schema.table`
 */
export function openCode(files: SourceFiles, taskTable = 'task_manager_taskmanager'): Code {
  const once = listedOnce(files);
  const parsed: Parsed = new Map();
  // Read once for all tasks: they are some files, whoever asks first.
  const shared = new Trees(once, new AbortController().signal, parsed);
  const receivers = new Receivers(shared, new Models(shared));
  return {
    task: async (named, signal) => {
      const trees = new Trees(once, signal, parsed);
      const code = await taskCode(once, trees, named, signal);
      if (typeof code === 'string') return { candidates: [], unclear: [code] };
      const models = new Models(trees);
      const trace = await traceTask({ trees, models, receivers }, code);
      const path = (file: string): string => once.path(file);
      const candidates = candidatesOf({ task: `${named.taskModule}.${named.taskName}`, taskTable, path }, trace);
      return { place: code.found.place, candidates, unclear: whyNot(candidates, trace.unclear) };
    },
  };
}

function whyNot(candidates: readonly Candidate[], unclear: readonly string[]): readonly string[] {
  if (candidates.length > 0 || unclear.length > 0) return unclear;
  return ['Its code leaves nothing in the database that its arguments lead to.'];
}
