import { number } from './numbers';
import type { Recommendation, TaskType } from './model';
import { totalStuck } from './model';

/** The seed document's six, for when nothing more precise is known. */
const GENERAL: readonly Omit<Recommendation, 'why' | 'evidence'>[] = [
  {
    id: 'check-workers',
    title: 'Check Celery workers are running and processing tasks',
    actions: ['celery -A <project> inspect ping', 'celery -A <project> inspect active_queues'],
  },
  {
    id: 'check-broker',
    title: 'Verify Redis connection and queue status',
    actions: ['redis-cli PING', 'redis-cli LLEN celery', 'redis-cli INFO memory'],
  },
  {
    id: 'error-patterns',
    title: 'Look for any error patterns in the sample tasks',
    actions: ['Compare Status Message, Attempts and Last Run of the samples of one task type'],
  },
  {
    id: 'investigate-modules',
    title: 'Consider resetting stuck tasks or investigating specific task modules',
    actions: ["Never use the admin's Resume for it: it runs a task again and then marks it ERROR"],
  },
  {
    id: 'status-updates',
    title: 'Check if the task_manager and actual task function are properly communicating status updates',
    actions: [],
  },
  {
    id: 'update-database',
    title: 'For tasks with successful Celery execution but pending TaskManager status, update the TaskManager database',
    actions: [],
  },
];

/** What to do about the stuck rows found; empty when there are none. */
export function recommend(taskTypes: readonly TaskType[]): Recommendation[] {
  if (taskTypes.length === 0) return [];
  const rows = number(totalStuck({ taskTypes }));
  const types = number(taskTypes.length);
  const why = `${rows} rows of ${types} task types are stuck, and nothing but the table has been looked at yet.`;
  return GENERAL.map((advice) => ({ ...advice, why, evidence: [] }));
}
