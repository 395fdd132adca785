"""Keeps the table by the life cycle of celery-task-manager 1.11.4, step by step, and notes each step for the truth.

Written from a description of what the library writes. Every run is two messages: the first makes the row and publishes the second, which
runs the body.
"""

import datetime
import functools
import os

from celery import current_app, shared_task
from celery.signals import after_task_publish

import notes
from row import Row, atomic, now
from steps import plan, reach

RETRIES_LIMIT = 10
# Five seconds in the library.
RETRY_AFTER = float(os.environ.get("RETRY_AFTER", "1"))
FIRST_MESSAGE_PRIORITY = 10
DEFAULT_PRIORITY = 5

STOPPED = ("CANCELLED", "REVERSED", "PAUSED", "ABORTED", "DONE")


class AbortTask(Exception):
    pass


class RetryTask(Exception):
    pass


class CircuitBreakerError(Exception):
    """As the package circuitbreaker 2.1 raises it: its recovery timeout is a plain number."""

    def __init__(self, name):
        self.recovery_timeout = 30
        until = now() + datetime.timedelta(seconds=30)
        super().__init__(f'Circuit "{name}" OPEN until {until} (5 failures, 30 sec remaining)')


@after_task_publish.connect
def record_sent(sender=None, headers=None, **_):
    """The library stores SENT for every published id, also where results are ignored."""
    known = current_app.tasks.get(sender)
    backend = known.backend if known else current_app.backend
    backend.store_result(headers["id"], None, "SENT")


def task(*, priority=DEFAULT_PRIORITY, transaction=False, **options):
    """Like the library's `@task()`: `priority` is the second message's, `options` are Celery's."""
    options.setdefault("ignore_result", True)

    def decorate(body):
        @functools.wraps(body)
        def wrapper(*args, **kwargs):
            known = kwargs.get("task_manager_id")
            with notes.run(
                id=celery_task.request.id,
                task=celery_task.name,
                n=args[0],
                row=known,
                attempts=kwargs.get("attempts"),
                page=kwargs.get("page", 0),
            ):
                # One dict for the row's arguments and the call's keywords: what is added to one is in the other.
                arguments = {"args": list(args), "kwargs": kwargs}
                last_run = now()
                row = Row.get(known) if known else None
                if row is None:
                    return first_message(celery_task, body, priority, args, kwargs, arguments, last_run)
                return second_message(celery_task, body, transaction, row, args, kwargs, arguments, last_run)

        celery_task = shared_task(priority=FIRST_MESSAGE_PRIORITY, **options)(wrapper)
        return celery_task

    return decorate


def first_message(celery_task, body, priority, args, kwargs, arguments, last_run):
    n = args[0]
    row = Row.create(
        task_module=body.__module__,
        task_name=body.__name__,
        arguments=arguments,
        status="SCHEDULED",
        current_page=kwargs.get("page", 0),
        total_pages=kwargs.get("total_pages", 1),
        last_run=last_run,
        priority=priority,
    )
    notes.tell(row=row.id, first=True)
    reach("inserted", n)
    kwargs["task_manager_id"] = row.id
    published = celery_task.apply_async(args=args, kwargs=kwargs, priority=priority)
    notes.tell(published=published.id)
    reach("published", n)
    row.save(task_id=published.id)
    notes.note("saved")


def second_message(celery_task, body, transaction, row, args, kwargs, arguments, last_run):
    n, attempts, page = args[0], kwargs.get("attempts"), kwargs.get("page", 0)
    reach("loaded", n, attempts, page)
    if row.status in STOPPED:
        notes.note("stopped", status=row.status)
        row.save(killed=True)
        return None
    changes = {"last_run": last_run}
    if row.status == "SCHEDULED":
        changes.update(status="PENDING", started_at=now())
    if attempts:
        changes["attempts"] = attempts + 1
    else:
        page += 1
        changes["current_page"] = page
    if page > row.total_pages:
        changes["status"] = "ERROR"
        changes["status_message"] = f"Task exceeded maximum pages ({page}/{row.total_pages})"
    row.save(**changes)
    reach("began", n, attempts, page)
    try:
        returned = execute(body, transaction, row, args, kwargs)
    except Exception as error:
        notes.note("raised", kind=type(error).__name__)
        reach("raised", n, attempts, page)
        return manage_exception(error, celery_task, row, args, arguments)
    reach("returned", n, attempts, page)
    # After a retry `page` was not counted up, so such a row is never marked (1.11.3 and newer).
    if row.total_pages == page:
        row.save(status="DONE")
        notes.note("done")
    return returned


def execute(body, transaction, row, args, kwargs):
    if not transaction:
        row.save(status_message="")
        notes.note("body")
        return body(*args, **kwargs)
    # What asks for a retry or aborts is committed with all that it did; any other exception rolls back (core/decorators.py `wrapper`).
    kept = None
    with atomic():
        row.save(status_message="")
        notes.note("body")
        try:
            returned = body(*args, **kwargs)
        except (RetryTask, AbortTask) as error:
            kept = error
    if kept is not None:
        raise kept
    return returned


def manage_exception(error, celery_task, row, args, arguments):
    text = str(error)[:255]
    if isinstance(error, (CircuitBreakerError, RetryTask)):
        if row.attempts >= RETRIES_LIMIT:
            return save_exception(row, "ERROR", error, text)
        if isinstance(error, CircuitBreakerError):
            row.save(status_message=text)
            # A time plus a number: this raises, and no retry is ever sent. So does the library.
            eta = now() + error.recovery_timeout
        else:
            # Noted in memory only: nothing saves it any more.
            row.values["status_message"] = text
            eta = now() + datetime.timedelta(seconds=plan(args[0]).get("retryAfter", RETRY_AFTER))
        again = {**arguments["kwargs"], "attempts": row.attempts}
        published = celery_task.apply_async(args=arguments["args"], kwargs=again, eta=eta)
        notes.note("retry-published", message=published.id)
        return None
    if isinstance(error, AbortTask):
        return save_exception(row, "ABORTED", error, text)
    if not text:
        return None
    return save_exception(row, "ERROR", error, text)


def save_exception(row, status, error, text):
    kind = type(error)
    row.save(status=status, exception_module=kind.__module__, exception_name=kind.__name__, status_message=text)
