import type { GuardedUpdate } from './update';
import { pythonRows } from './pythonRows';

/** A script for `manage.py shell`: a dry run until one word is changed. No blank line inside a function, so that it can be pasted too. */
export function djangoUpdate({ rows, direction, stamp }: GuardedUpdate): string {
  const done = direction === 'done';
  return `APPLY = False  # True makes the changes
BATCH = 500  # rows per transaction
STAMP = '${stamp}'  # the updated_at ${done ? 'that marked rows get' : 'of the rows that were marked'}

# id, status and updated_at ${done ? 'as the check saw them' : 'as they were before'}
ROWS = ${pythonRows(rows)}


def main(apply, batch_size, stamp, listed):
    from collections import Counter
    from datetime import datetime, timezone
    from django.conf import settings
    from django.db import connections, router, transaction
    from task_manager.models import TaskManager
    if not settings.USE_TZ:
        raise SystemExit('USE_TZ is off in this project, so times here are not exact: use the SQL script.')
    def moment(text):
        return datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%fZ').replace(tzinfo=timezone.utc)
    database = router.db_for_write(TaskManager)
    if not connections[database].get_autocommit():
        raise SystemExit('Autocommit is off or a transaction is open, so the changes might not be kept: nothing was changed.')
    tasks = TaskManager.objects.using(database)
    stamp = moment(stamp)
    counts = Counter()
    for start in range(0, len(listed), batch_size):
        seen = {pk: (status, moment(text)) for pk, status, text in listed[start:start + batch_size]}
        with transaction.atomic(using=database):
            there = set(tasks.filter(pk__in=list(seen)).values_list('pk', flat=True))
            free = tasks.select_for_update(skip_locked=True).filter(pk__in=list(seen))
            now = {pk: (status, updated) for pk, status, updated in free.values_list('pk', 'status', 'updated_at')}
            same = [pk for pk in now if now[pk] == ${done ? 'seen[pk]' : "('DONE', stamp)"}]
            counts['to change'] += len(same)
            counts['moved'] += len(now) - len(same)
            counts['gone'] += len(seen) - len(there)
            counts['locked by others'] += len(there) - len(now)
            if apply:
${
  done
    ? `                counts['changed'] += tasks.filter(pk__in=same).update(status='DONE', updated_at=stamp)`
    : `                for pk in same:
                    status, updated = seen[pk]
                    counts['changed'] += tasks.filter(pk=pk).update(status=status, updated_at=updated)`
}
    words = ', '.join('%d %s' % (counts[name], name) for name in ('to change', 'moved', 'gone', 'locked by others'))
    print('%d listed: %s.' % (len(listed), words))
    if apply:
        print('Changed: %d.' % counts['changed'])
    else:
        print('This was a dry run: nothing was changed. To make the changes, set APPLY to True.')


main(APPLY, BATCH, STAMP, ROWS)
`;
}
