"""Does on request what the project's web process, an administrator or the library's admin actions do. One JSON request a line on
standard input, one answer a line on standard output: {"ok": ...} or {"error": ...}. Ends when standard input closes."""

import json
import sys
import traceback

from celery import chord
from celery.result import AsyncResult

import rows
from project import app


def create_tables():
    rows.create_tables()


def send(task, args=(), kwargs=None, **options):
    """@returns the id of the published message; in eager mode the task has run by then"""
    return find(task).apply_async(args=list(args), kwargs=kwargs or {}, **options).id


def call(task, args=(), kwargs=None):
    """Runs the first message's part here, as an eager call does: it makes the row and publishes the second message"""
    find(task)(*args, **(kwargs or {}))


def send_chord(header, body, queue):
    """Both as [task, order]; @returns the id of the body"""
    parts = [find(name).s(order).set(queue=queue) for name, order in header]
    return chord(parts)(find(body[0]).si(body[1]).set(queue=queue)).id


def revoke(id, terminate=False):
    app.control.revoke(id, terminate=terminate)


def state(id):
    return AsyncResult(id).status


def pause(row):
    """The library's mark_task_as_paused."""
    found = rows.Row.get(row)
    if found.status == "PENDING":
        found.save(status="PAUSED")


def resume(row):
    """The library's mark_task_as_pending. @returns the new message's id; null when it refuses because the result is SENT"""
    found = rows.Row.get(row)
    if found.status in ("DONE", "CANCELLED", "REVERSED"):
        return None
    published = AsyncResult(found.task_id)
    if published.status in ("SENT", "STARTED"):
        return None
    found.values.update(status="PENDING", killed=False)
    published.revoke(terminate=True)
    found.save()
    again = {"page": found.current_page + 1, "total_pages": found.total_pages, "task_manager_id": row}
    name = f"{found.task_module}.{found.task_name}"
    return find(name).delay(*found.arguments["args"], **{**found.arguments["kwargs"], **again}).id


def find(task):
    app.loader.import_default_modules()
    return app.tasks[task]


ACTIONS = {each.__name__: each for each in (create_tables, send, call, send_chord, revoke, state, pause, resume)}


def main():
    # Whatever a library prints must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": ACTIONS[request.pop("do")](**request)}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        # As after a request to a web server; a session that is kept would be one more that rests.
        rows.close()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
