/**
 * The part of the dispatch script that is the same for all rows. No blank line inside a function, so that it can be pasted; nothing
 * from outside is in it.
 *
 * Order of the search: workers, lists from the producers' end upward, taken messages, the consumers' end once more: a message that
 * moves meanwhile is seen twice, never missed. kombu gives lists a key for each priority step, and prefixes only the commands that it
 * uses itself (kombu 5.2 to 5.6, `transport/redis.py`).
 */
export const DISPATCH_PYTHON = String.raw`def search_broker(app, most, patience, named):
    import base64
    import json
    import re
    ids, rows = set(), set()
    def note(task_id, kwargs, words):
        ids.add(str(task_id))
        if isinstance(kwargs, dict):
            rows.add(str(kwargs.get('task_manager_id')))
        rows.update(re.findall(r"'task_manager_id': '?(\d+)", str(words or '')))
    def read(text, taken):
        message = json.loads(text)
        message = message[0] if taken else message
        headers, body = message.get('headers') or {}, message.get('body')
        try:
            if (message.get('properties') or {}).get('body_encoding') == 'base64':
                body = base64.b64decode(body).decode()
            body = json.loads(body)
        except (TypeError, ValueError):
            body = None
        if isinstance(body, dict):
            note(body.get('id'), body.get('kwargs'), None)
        elif isinstance(body, list) and len(body) > 1 and headers.get('id'):
            note(headers['id'], body[1], None)
        elif headers.get('id') and len(headers.get('kwargsrepr') or '...') < 1000:
            note(headers['id'], None, headers['kwargsrepr'])
        else:
            raise SystemExit('A message in the broker cannot be read and may belong to any row: nothing was dispatched.')
    queues = set(app.amqp.queues) | set(named) | {app.conf.task_default_queue}
    answered = set()
    if patience > 0:
        asked = app.control.inspect(timeout=patience)
        for worker, names in (asked.active_queues() or {}).items():
            answered.add(worker)
            queues.update(entry['name'] for entry in names)
        for answer in (asked.active(), asked.reserved(), asked.scheduled()):
            for entry in [entry for entries in (answer or {}).values() for entry in entries]:
                entry = entry.get('request', entry)
                note(entry.get('id'), entry.get('kwargs'), entry.get('kwargs'))
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        client = channel.client
        def key(command, name):
            itself = command in getattr(client, 'PREFIXED_SIMPLE_COMMANDS', ())
            return name if itself else (getattr(channel, 'global_keyprefix', '') or '') + name
        lists = [channel._q_for_pri(queue, step) for queue in sorted(queues) for step in channel.priority_steps]
        total = sum(client.llen(key('LLEN', name)) for name in lists) + client.hlen(key('HLEN', channel.unacked_key))
        if total > most:
            raise SystemExit('The broker holds %d messages, more than SEARCH_AT_MOST: nothing was dispatched.' % total)
        for name in lists:
            start, texts = 0, None
            while texts is None or len(texts) == 500:
                texts = client.lrange(key('LRANGE', name), start, start + 499)
                start += 500
                for text in texts:
                    read(text, False)
        for tag, text in client.hscan_iter(key('HSCAN', channel.unacked_key), count=500):
            read(text, True)
        for name in lists:
            for text in client.lrange(key('LRANGE', name), -500, -1):
                read(text, False)
    print('Workers that answered: %d. Messages searched: %d, in %d queues.' % (len(answered), total, len(queues)))
    return ids, rows


def main(apply, batch_size, pause, search, ask_results, listed, searched):
    import time
    from collections import Counter
    from datetime import datetime, timezone
    from uuid import uuid4
    from celery import current_app as app
    from django.conf import settings
    from django.db import connections, router, transaction
    from django.utils.timezone import now
    from task_manager.models import TaskManager
    if not settings.USE_TZ:
        raise SystemExit('USE_TZ is off in this project, so times here are not exact: nothing was dispatched.')
    if app.conf.task_always_eager:
        raise SystemExit('task_always_eager is on: the tasks would run here. Use the settings of the workers.')
    with app.connection_for_read() as connection:
        if connection.transport.driver_type != 'redis':
            raise SystemExit('The broker in these settings is not Redis, but the check searched a Redis: nothing was dispatched.')
        # Without its user and password.
        broker = '%s:%s/%s' % (connection.hostname, connection.port or 6379, str(connection.virtual_host or '0').strip('/') or '0')
    database = router.db_for_write(TaskManager)
    if not connections[database].get_autocommit():
        raise SystemExit('Autocommit is off or a transaction is open, so the dispatch might not be recorded: nothing was dispatched.')
    tasks = TaskManager.objects.using(database)
    print('Database: %s. Broker: %s; the check searched %s.' % (connections[database].settings_dict['NAME'], broker, searched or 'an unknown one'))
    try:
        ids, rows = search[0](app, *search[1:])
    except Exception as error:
        # By its kind alone: its words could hold a password.
        raise SystemExit('The broker cannot be searched (%s): nothing was dispatched.' % type(error).__name__)
    app.loader.import_default_modules()
    known = {(task.run.__module__, task.run.__name__): task for task in app.tasks.values()}
    def moment(text):
        return datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%fZ').replace(tzinfo=timezone.utc)
    def state(task_id):
        try:
            return app.AsyncResult(task_id).state if ask_results and task_id else 'PENDING'
        except (AttributeError, NotImplementedError):
            return 'PENDING'
        except Exception as error:
            raise SystemExit('The result backend does not answer (%s). To go on without it, set ASK_RESULTS to False.' % type(error).__name__)
    def message(row):
        arguments = row.arguments if isinstance(row.arguments, dict) else {}
        args, kwargs = arguments.get('args'), arguments.get('kwargs')
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            return None
        return args, {**{name: value for name, value in kwargs.items() if name != 'attempts'}, 'task_manager_id': row.pk}
    def look(row, seen):
        if row is None:
            return 'gone'
        if (row.status, row.updated_at) != seen:
            return 'moved'
        if str(row.pk) in rows or row.task_id in ids:
            return 'with a message or running'
        if message(row) is None:
            return 'with arguments of another shape'
        if (row.total_pages or 1) > 1 and (row.current_page or 0) > (message(row)[1].get('page') or 0):
            return 'between two pages'
        if (row.task_module, row.task_name) not in known:
            return 'of a task that this code does not have'
        if state(row.task_id) not in ('PENDING', 'SENT'):
            return 'with a result'
        return None
    def take(pk, seen, new_id):
        with transaction.atomic(using=database):
            row = tasks.select_for_update(skip_locked=True).filter(pk=pk).first()
            if row is None:
                return 'locked by others'
            if (row.status, row.updated_at) != seen:
                return 'moved'
            tasks.filter(pk=pk).update(task_id=new_id, updated_at=now())
            return None
    counts = Counter()
    def one(pk, seen):
        row = tasks.filter(pk=pk).first()
        new_id = str(uuid4())
        why = look(row, seen) or (take(pk, seen, new_id) if apply else None)
        if why is None and apply:
            args, kwargs = message(row)
            priority = getattr(row, 'priority', None)
            options = {} if priority is None else {'priority': priority}
            try:
                known[row.task_module, row.task_name].apply_async(args=args, kwargs=kwargs, task_id=new_id, **options)
            except Exception as error:
                raise SystemExit('Row %d could not be published (%s). It counts as dispatched: the next check shows what happened to it. The remaining rows were left alone.' % (pk, type(error).__name__))
        counts[why or ('dispatched' if apply else 'would be dispatched')] += 1
        return why is None
    try:
        for start in range(0, len(listed), batch_size):
            sent = [one(pk, (status, moment(text))) for pk, status, text in listed[start:start + batch_size]]
            if apply and any(sent) and start + batch_size < len(listed):
                time.sleep(pause)
    finally:
        first = sorted(counts.items(), key=lambda item: ('dispatched' not in item[0], item[0]))
        print('%d listed: %s.' % (len(listed), ', '.join('%d %s' % (many, what) for what, many in first)))
        if not apply:
            print('This was a dry run: nothing was dispatched. To dispatch, set APPLY to True.')


main(APPLY, BATCH, PAUSE, (search_broker, SEARCH_AT_MOST, ASK_WORKERS, QUEUES), ASK_RESULTS, ROWS, SEARCHED)
`;
