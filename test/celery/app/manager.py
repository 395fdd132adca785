"""A decorator that keeps the task-manager table by the life cycle of celery-task-manager 1.11.4, written from a description of it.

Every run is two messages: the first makes the row and publishes the second, which runs the body.
"""

import datetime
import functools
import logging
import os
import time

from celery import current_app, shared_task
from celery.signals import after_task_publish, task_postrun

import faults
from rows import Row, close, connection, now

RETRIES_LIMIT = int(os.environ.get("RETRIES_LIMIT", "10"))
RETRY_AFTER = datetime.timedelta(seconds=float(os.environ.get("RETRY_AFTER", "5")))
FIRST_MESSAGE_PRIORITY = 10
DEFAULT_PRIORITY = 5
# How long a second message is under way, in seconds. Without it the library's race decides what a test sees.
UNDER_WAY = float(os.environ.get("UNDER_WAY", "0"))
# As with CONN_MAX_AGE. Django closes a process's session after each task otherwise.
KEEP_SESSIONS = os.environ.get("KEEP_SESSIONS") == "1"
KEEP_RESULTS = os.environ.get("KEEP_RESULTS") == "1"

STOPPED = ("CANCELLED", "REVERSED", "PAUSED", "ABORTED", "DONE")

log = logging.getLogger(__name__)


class AbortTask(Exception):
    pass


class RetryTask(Exception):
    pass


class CircuitBreakerError(Exception):
    """As the package circuitbreaker 2.1 raises it; its recovery timeout is a plain number."""

    def __init__(self, name, recovery_timeout=30):
        self.recovery_timeout = recovery_timeout
        until = now() + datetime.timedelta(seconds=recovery_timeout)
        super().__init__(f'Circuit "{name}" OPEN until {until} (5 failures, {recovery_timeout} sec remaining)')


@after_task_publish.connect
def record_sent(sender=None, headers=None, **_):
    """The library's signal handler: SENT is stored for every published id, also where results are ignored."""
    known = current_app.tasks.get(sender)
    backend = known.backend if known else current_app.backend
    backend.store_result(headers["id"], None, "SENT")


@task_postrun.connect
def close_session(**_):
    if not KEEP_SESSIONS:
        close()


def task(*, priority=DEFAULT_PRIORITY, fallback=None, **options):
    """Like the library's `@task()`: `priority` is the second message's, `options` are Celery's."""
    options.setdefault("ignore_result", not KEEP_RESULTS)

    def decorate(body):
        @functools.wraps(body)
        def wrapper(*args, **kwargs):
            # One dict for the row's arguments and the call's keywords: what is added to one is in the other.
            arguments = {"args": list(args), "kwargs": kwargs}
            last_run = now()
            known = kwargs.get("task_manager_id")
            if known:
                time.sleep(UNDER_WAY)
            row = Row.get(known) if known else None
            if row is None:
                return first_message(celery_task, body, priority, args, kwargs, arguments, last_run)
            return second_message(celery_task, body, fallback, row, args, kwargs, arguments, last_run)

        celery_task = shared_task(priority=FIRST_MESSAGE_PRIORITY, **options)(wrapper)
        return celery_task

    return decorate


def first_message(celery_task, body, priority, args, kwargs, arguments, last_run):
    name = body.__name__
    faults.reach(name, "before-insert")
    row = Row.create(
        task_module=body.__module__,
        task_name=name,
        arguments=arguments,
        status="SCHEDULED",
        current_page=kwargs.get("page", 0),
        total_pages=kwargs.get("total_pages", 1),
        last_run=last_run,
        priority=priority,
    )
    faults.reach(name, "after-insert")
    kwargs["task_manager_id"] = row.id
    published = celery_task.apply_async(args=args, kwargs=kwargs, priority=priority)
    faults.reach(name, "after-publish")
    row.save(task_id=published.id)
    connection().commit()
    connection().autocommit = True


def second_message(celery_task, body, fallback, row, args, kwargs, arguments, last_run):
    name = body.__name__
    faults.reach(name, "loaded")
    if row.status in STOPPED:
        row.save(killed=True)
        return None
    changes = {"last_run": last_run}
    if row.status == "SCHEDULED":
        changes.update(status="PENDING", started_at=now())
    page, attempts = kwargs.get("page", 0), kwargs.get("attempts")
    if attempts:
        changes["attempts"] = attempts + 1
    else:
        page += 1
        changes["current_page"] = page
    if page > row.total_pages:
        changes["status"] = "ERROR"
        changes["status_message"] = f"Task exceeded maximum pages ({page}/{row.total_pages})"
    row.save(**changes)
    try:
        row.save(status_message="")
        returned = body(*args, **kwargs)
    except Exception as error:
        return manage_exception(error, celery_task, fallback, row, args, kwargs, arguments)
    faults.reach(name, "before-done")
    # After a retry `page` was not counted up, so such a row is never marked (1.11.3 and newer).
    if row.total_pages == page:
        row.save(status="DONE")
    return returned


def manage_exception(error, celery_task, fallback, row, args, kwargs, arguments):
    text = str(error)[:255]
    if isinstance(error, (CircuitBreakerError, RetryTask)):
        if row.attempts >= RETRIES_LIMIT:
            save_exception(row, "ERROR", error, text)
            return None
        if isinstance(error, CircuitBreakerError):
            row.save(status_message=text)
            # A time plus a number: this raises, and no retry is ever sent. So does the library.
            eta = now() + error.recovery_timeout
        else:
            # Noted in memory only: nothing saves it any more.
            row.values["status_message"] = text
            eta = now() + RETRY_AFTER
        again = {**arguments["kwargs"], "attempts": row.attempts}
        celery_task.apply_async(args=arguments["args"], kwargs=again, eta=eta)
        return None
    if isinstance(error, AbortTask):
        save_exception(row, "ABORTED", error, text)
        return None
    log.exception(text)
    if not text:
        return None
    save_exception(row, "ERROR", error, text)
    return fallback(*args, **kwargs, exception=error) if fallback else None


def save_exception(row, status, error, text):
    kind = type(error)
    row.save(status=status, exception_module=kind.__module__, exception_name=kind.__name__, status_message=text)
