import type { TableKind } from '../table';
import { STATUSES } from './statuses';

/** The table of the library celery-task-manager. */
export const taskManager: TableKind = {
  id: 'celery-task-manager',
  called: 'task-manager table',
  // Django app `task_manager`, model `TaskManager`.
  table: 'task_manager_taskmanager',
  statuses: STATUSES,
  stuck: STATUSES.queued,
  // The column is varchar(20).
  longestStatus: 20,
  // Every other column has been missing in some release, or may be.
  required: ['id', 'task_module', 'task_name', 'status', 'last_run'],
  load: async () => (await import('./index')).taskManagerTables,
};
