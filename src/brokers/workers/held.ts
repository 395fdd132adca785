import { matchOf } from '../../model/belongs';
import type { Match, WorkersView, WorkerTask } from '../../model/facts';
import { RowIndex } from '../../model/rowIndex';
import type { ReportedTask } from './tasks';

/** Finds the tasks of a row among those that workers reported. */
export function findingIn(reported: readonly ReportedTask[]): Pick<WorkersView, 'find' | 'hasNumber'> {
  const tasks = new RowIndex<ReportedTask>();
  for (const task of reported) tasks.add(task);
  return {
    find: (row, telling) =>
      tasks.find(row).flatMap((each): WorkerTask[] => {
        const match = matchOf(row, each, each.marks, telling);
        return match === null ? [] : [workerTask(each, match)];
      }),
    hasNumber: (row) => tasks.find(row).some(({ taskId }) => row.taskId === '' || taskId !== row.taskId),
  };
}

function workerTask(reported: ReportedTask, match: Match): WorkerTask {
  const { state, worker, taskId, task, managerId, eta, startedAt } = reported;
  return { state, worker, taskId, task, managerId, match, eta, startedAt };
}
