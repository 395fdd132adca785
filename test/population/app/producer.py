"""Does on request what the project's web process, an administrator and a second application do.

One JSON request a line on standard input, one answer a line on standard output: {"ok": ...} or {"error": ...}. Ends when standard input
closes.
"""

import json
import sys
import traceback

from celery.result import AsyncResult

import row
from project import app


def create_tables():
    row.execute(row.SCHEMA)


def send(task, n, kwargs=None, queue=None):
    options = {} if queue is None else {"queue": queue}
    return app.tasks[f"market.jobs.{task}"].apply_async(args=[n], kwargs=kwargs or {}, **options).id


def visit(n):
    """Other code moves what the rule for `mailing` looks at."""
    sql = "insert into market_visit values (%s, %s) on conflict (n) do update set seen_at = excluded.seen_at"
    row.execute(sql, [n, row.now()])


def strange(task, n, manager, queue, broker=None):
    """A message of another application or environment, which counts its rows by itself; in the same Redis, or in its own."""
    with app.connection_for_write(broker) as connection:
        app.send_task(task, args=[n], kwargs={"task_manager_id": manager}, queue=queue, connection=connection)


def stop_consuming(queue):
    app.control.cancel_consumer(queue)


def resume(id):
    """The library's mark_task_as_pending, behind Resume in its admin."""
    found = row.Row.get(id)
    if found is None or found.status in ("DONE", "CANCELLED", "REVERSED") or not found.task_id:
        return None
    published = AsyncResult(found.task_id)
    if published.status in ("SENT", "STARTED"):
        return None
    found.values.update(status="PENDING", killed=False)
    published.revoke(terminate=True)
    found.save()
    again = {"page": found.current_page + 1, "total_pages": found.total_pages, "task_manager_id": id}
    name = f"{found.task_module}.{found.task_name}"
    return app.tasks[name].delay(*found.arguments["args"], **{**found.arguments["kwargs"], **again}).id


ACTIONS = {each.__name__: each for each in (create_tables, send, visit, strange, stop_consuming, resume)}


def main():
    answers, sys.stdout = sys.stdout, sys.stderr
    app.loader.import_default_modules()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": ACTIONS[request.pop("do")](**request)}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        finally:
            row.close()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
