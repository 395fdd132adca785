/** The function of a task as a tree. */
import { findTask } from '../findTask';
import { Lines } from '../lines';
import type { SourceFiles, TaskFunction, TaskNamed } from '../model';
import type { ClassNode, FunctionNode, Statement } from '../syntax/tree';
import type { ModuleTree, Trees } from './trees';

export interface TaskTree {
  readonly found: TaskFunction;
  readonly module: ModuleTree;
  readonly node: FunctionNode;
  /** Classes around the function, the outermost first. */
  readonly owners: readonly ClassNode[];
  /** Whether Celery gives the function the task itself first. */
  readonly isBound: boolean;
  /** The body runs in one transaction, which an error takes back. */
  readonly isAtomic: boolean;
}

/**
 * The function of a task and its tree; otherwise a sentence that says why there is none.
 * @throws Problem `cancelled`
 */
export async function taskTree(
  files: SourceFiles,
  trees: Trees,
  task: TaskNamed,
  signal: AbortSignal,
): Promise<TaskTree | string> {
  const { found, looked } = await findTask(files, task, signal);
  const [first, second] = found;
  if (!first) return looked;
  if (second)
    return `Several functions of this workspace may be ${task.taskName}: ${[first, second].map(({ task: { place } }) => `${files.path(place.file)}:${String(place.line + 1)}`).join(', ')}.`;
  const { place } = first.task;
  const module = await trees.module(place.file);
  const lines = new Lines(await trees.text(place.file));
  const at = module && functionAt(module.statements, (offset) => lines.at(offset).line === place.line, []);
  if (!module || !at) return `The function of ${task.taskName} could not be read as Python.`;
  const option = (name: string): string | undefined => first.task.options.find((each) => each.name === name)?.text;
  return {
    found: first.task,
    module,
    ...at,
    isBound: option('bind') === 'True' || at.owners.length > 0,
    isAtomic: option('transaction') === 'True',
  };
}

function functionAt(
  statements: readonly Statement[],
  isThere: (offset: number) => boolean,
  owners: readonly ClassNode[],
): Pick<TaskTree, 'node' | 'owners'> | undefined {
  for (const statement of statements) {
    if (statement.kind === 'function' && isThere(statement.at)) return { node: statement, owners };
    const inside =
      statement.kind === 'class'
        ? functionAt(statement.body, isThere, [...owners, statement])
        : statement.kind === 'if'
          ? functionAt([...statement.branches.flatMap(({ body }) => body), ...statement.otherwise], isThere, owners)
          : statement.kind === 'try'
            ? functionAt([...statement.body, ...statement.otherwise], isThere, owners)
            : undefined;
    if (inside) return inside;
  }
  return undefined;
}
