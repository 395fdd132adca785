import { throwIfCancelled } from '../diagnosis/problem';
import type { SourceFiles, TaskNamed, TaskSearch } from './model';

/** The function of a task. By its module's path it reads a file or two; only when that leads nowhere every Python file. @throws Problem `cancelled` */
export async function findTask(files: SourceFiles, task: TaskNamed, signal: AbortSignal): Promise<TaskSearch> {
  throwIfCancelled(signal);
  await files.find(`${task.taskModule}.py`, signal);
  return { found: [], looked: 'Not built yet.' };
}
