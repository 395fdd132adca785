import { throwIfCancelled } from '../diagnosis/problem';
import type { CallerSearch, SourceFiles, TaskNamed } from './model';

/** The places that send a task to Celery. Reads every Python file. @throws Problem `cancelled` */
export async function findCallers(files: SourceFiles, task: TaskNamed, signal: AbortSignal): Promise<CallerSearch> {
  throwIfCancelled(signal);
  await files.find(`${task.taskModule}.py`, signal);
  return { callers: [], looked: 'Not built yet.' };
}
