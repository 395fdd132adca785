import { escapeUnsafe } from '../base/unsafeText';
import type { FoundHow, FoundTask, SourceFiles, TaskFunction, TaskNamed, TaskSearch } from './model';
import { makerOf } from './decorators';
import { identifier } from './identifiers';
import { Modules } from './modules';
import { functionOf } from './names';
import type { PythonFile } from './pythonFile';
import { countsText, readAll } from './readAll';
import { functionAt, tasksOf } from './tasks';

/**
 * The function of a task. The path of its module leads to it in a file or two; only when it does not, every Python file is read, for a task
 * of this Celery name or, failing that, of this function name.
 * @throws Problem `cancelled`
 */
export async function findTask(files: SourceFiles, task: TaskNamed, signal: AbortSignal): Promise<TaskSearch> {
  const modules = new Modules(files, signal);
  const parts = task.taskModule.split('.');
  const name = identifier(task.taskName);
  const paths = `${parts.join('/')}.py or ${parts.join('/')}/__init__.py`;
  const moduleFiles = await modules.named(parts);
  const inModule: FoundTask[] = [];
  for (const { file } of moduleFiles) {
    const py = await modules.file(file);
    if (py !== undefined) inModule.push(...(await inFile(modules, py, name)));
  }
  const known = firstKind(inModule);
  const shown = moduleFiles.map(({ file }) => files.path(file)).join(', ');
  if (known.length > 0) return { found: known, looked: `Looked in ${shown}.` };

  const { found, counts } = await everywhere(files, task, signal);
  const isMissing = moduleFiles.length === 0;
  if (found.length === 0) {
    const where = isMissing ? 'this workspace' : `${shown}, nor as a task elsewhere in this workspace`;
    return { found, looked: escapeUnsafe(`${task.taskName} isn't defined in ${where} (searched ${counts}).`) };
  }
  const first = isMissing ? `This workspace has no ${paths}` : `${shown} has no function ${task.taskName}`;
  return { found, looked: escapeUnsafe(`${first}, so its ${counts} were searched for a task of that name.`) };
}

/** The function in the file of its module, or where that file has it from. */
async function inFile(modules: Modules, py: PythonFile, name: string): Promise<readonly FoundTask[]> {
  const here = functionsNamed(py, name);
  if (here.length > 0) return here.map((task) => ({ task, how: 'module' }));
  const from = await modules.origin(py, [name]);
  if (from === undefined) return [];
  return functionsNamed(from.py, from.rest.at(-1) ?? name).map((task) => ({ task, how: 're-export' }));
}

/** The tasks of a name in a file; where there is none, its functions of that name, the outermost first. */
function functionsNamed(py: PythonFile, name: string): readonly TaskFunction[] {
  const tasks = tasksOf(py).filter((task) => isNamed(task, name));
  if (tasks.length > 0) return tasks;
  const indexes = py.definitions.flatMap((definition, index) => (definition.name === name ? [index] : []));
  const functions = indexes.flatMap((index) => functionOf(py, index, []) ?? []);
  return functions.map((index) => functionAt(py, index, makerOf(py, index)));
}

/** A class-based task is known by the name of its class, too. */
function isNamed({ functionName, qualifiedName, assignedTo }: TaskFunction, name: string): boolean {
  return functionName === name || assignedTo === name || qualifiedName === `${name}.run`;
}

async function everywhere(
  files: SourceFiles,
  { taskModule, taskName }: TaskNamed,
  signal: AbortSignal,
): Promise<{ readonly found: readonly FoundTask[]; readonly counts: string }> {
  const celeryName = identifier(`${taskModule}.${taskName}`);
  const name = identifier(taskName);
  const byFile = new Map<string, readonly FoundTask[]>();
  const names = await files.python(signal);
  const visit = (py: PythonFile): void => {
    const found = tasksOf(py).flatMap((task): readonly FoundTask[] => {
      if (identifier(task.celeryName ?? '') === celeryName) return [{ task, how: 'name' }];
      return isNamed(task, name) ? [{ task, how: 'elsewhere' }] : [];
    });
    if (found.length > 0) byFile.set(py.file, found);
  };
  const wanted = (text: string): boolean => text.includes(name) && /task/i.test(text);
  const counts = await readAll(files, names, wanted, visit, signal);
  const found = names.flatMap((file) => byFile.get(file) ?? []);
  return { found: firstKind(found), counts: countsText(counts) };
}

const ORDER: readonly FoundHow[] = ['module', 'name', 're-export', 'elsewhere'];

/** Those of the best kind that there is. */
function firstKind(found: readonly FoundTask[]): readonly FoundTask[] {
  const best = ORDER.find((how) => found.some((one) => one.how === how));
  return found.filter(({ how }) => how === best);
}
