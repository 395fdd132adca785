import { LIBRARY_FILE } from '../../causes/libraryPatch';
import { findTask } from '../../python/findTask';
import type { SourceFiles, TaskNamed } from '../../python/model';
import { taskPlacesOf, type TaskPlace } from './taskSource';
import { findFiles, MODULE_PATH, workspaceSources } from './workspaceSources';

/** What people know the library by, whose package is the first folder of its files. */
const LIBRARY = 'celery-task-manager';
const [PACKAGE = ''] = LIBRARY_FILE.split('/');

/** The library that a task is part of; undefined for a task of the person's own. */
export function libraryOf({ taskModule }: TaskNamed): string | undefined {
  return taskModule.split('.')[0] === PACKAGE ? LIBRARY : undefined;
}

/** The folders that Python's own `venv` and its guides call so. */
const ENVIRONMENTS = '{.venv,venv}';

/**
 * The function of a task that is installed in a virtual environment of the workspace. Reads files, and runs nothing.
 * @throws Problem `cancelled`
 */
export async function installedPlaces(task: TaskNamed, signal: AbortSignal): Promise<readonly TaskPlace[]> {
  const installed: SourceFiles = {
    ...workspaceSources(),
    find: async (ending, stop) =>
      MODULE_PATH.test(ending)
        ? await findFiles(`**/${ENVIRONMENTS}/**/site-packages/${ending}`, '**/{node_modules,.git}/**', stop)
        : [],
    // All of an environment is too much to read for one name.
    python: () => Promise.resolve([]),
  };
  const { found } = await findTask(installed, task, signal);
  return taskPlacesOf(found);
}
