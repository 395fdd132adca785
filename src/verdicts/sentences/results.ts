import type { Evidence, Verdict } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { ResultRecord, RowFacts, World } from '../../model/facts';
import { moment } from '../../base/moment';

const BACKENDS: Readonly<Record<ResultRecord['backend'], string>> = {
  redis: 'the result backend',
  django_celery_results: 'django_celery_results_taskresult',
  celery_taskmeta: 'celery_taskmeta',
};

/** What the result backend has, and what that is worth. */
export function resultEvidence(
  { row, result }: Pick<RowFacts, 'result'> & { readonly row: Pick<RowFacts['row'], 'taskId'> },
  { results }: Pick<World, 'results'>,
): Evidence {
  if (!result) {
    if (!wasRead(results)) return line(`Not read: ${results.detail}.`);
    return line(
      row.taskId === ''
        ? 'Not looked up: the row has no task id.'
        : "No result stored (or it expired); that doesn't tell whether the task ran.",
    );
  }
  const where = BACKENDS[result.backend];
  if (result.state === null)
    return line(`A record in ${where} could not be decoded: ${result.note ?? 'unknown format'}.`);
  const at = result.doneAt === null ? '' : ` at ${moment(result.doneAt)}`;
  switch (result.state) {
    case 'SUCCESS':
      return result.returnedValue === true
        ? line(`SUCCESS with a value${at}: the task returned.`, 'finished')
        : line(
            `SUCCESS without a value${at}: the library's wrapper returned, as it also does after an error or a retry.`,
          );
    case 'FAILURE':
      return line(`FAILURE${at}: ${exception(result)}.`, 'failed');
    case 'REVOKED':
      return line(`REVOKED${at}: ${result.exceptionMessage ?? 'no reason given'}.`, 'failed');
    case 'SENT':
      return line(
        "SENT: the library wrote this when it published the message. That doesn't tell whether the task ran.",
      );
    default:
      return line(
        `${result.state}${at}: this state stays when a worker is killed, so the task may no longer be running.`,
      );
  }
}

function exception({ exceptionType, exceptionMessage }: ResultRecord): string {
  const text = exceptionMessage === null || exceptionMessage === '' ? '' : `: ${exceptionMessage.slice(0, 300)}`;
  return `${exceptionType ?? 'an exception'}${text}`;
}

function line(says: string, supports?: Verdict): Evidence {
  return { source: 'results', says, ...(supports === undefined ? {} : { supports }) };
}
