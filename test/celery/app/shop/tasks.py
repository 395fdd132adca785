"""The shop's tasks: one for each thing that can happen to a task. Those that work on an order set its state, so that it can be checked."""

import os
import signal
import time

from celery import shared_task

import rows
from manager import AbortTask, CircuitBreakerError, RetryTask, task


def ship(order, note="shipped"):
    rows.execute("update shop_order set state = 'SHIPPED', note = %s, updated_at = now() where id = %s", [note, order])


@task()
def instant(order=None, **_):
    ship(order)


@task()
def value(order=None, **_):
    ship(order)
    return {"shipped": order}


@task()
def slow(order=None, seconds=60, **_):
    time.sleep(seconds)
    ship(order)


@task()
def dies(order=None, after=False, **_):
    """Kills its own process before its work, or after it."""
    if after:
        ship(order)
    os.kill(os.getpid(), signal.SIGKILL)


@task()
def fails(order=None, text="", **_):
    """Raises; without a text the library does not record it."""
    raise ValueError(text) if text else AssertionError


@task()
def aborts(order=None, **_):
    raise AbortTask("the order is not paid")


@task()
def exits(order=None, **_):
    """What is no Exception leaves the library's wrapper untouched."""
    raise SystemExit(3)


@task()
def retries_always(order=None, **_):
    raise RetryTask("the order is not there yet")


@task()
def retries_once(order=None, attempts=None, **_):
    if attempts is None:
        raise RetryTask("the order is not there yet")
    ship(order)


@task()
def calls_closed_service(order=None, **_):
    raise CircuitBreakerError("courier")


@task()
def pages(order=None, page=0, total_pages=3, task_manager_id=None, die_on=None, sleep_on=None, stop_after=None, **_):
    """Works page by page. Pages are counted from 1 in `die_on` and `sleep_on`; `stop_after` leaves out the call of the next one."""
    number = page + 1
    if number == die_on:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == sleep_on:
        time.sleep(60)
    if number == total_pages:
        ship(order)
    elif number < total_pages and number != stop_after:
        more = {"die_on": die_on, "sleep_on": sleep_on, "stop_after": stop_after, "task_manager_id": task_manager_id}
        pages.delay(order, page=number, total_pages=total_pages, **more)
    return f"page {number} is done"


@task(expires=1)
def perishable(order=None, **_):
    ship(order)


@task(priority=9)
def unimportant(order=None, **_):
    ship(order)


@task(fallback=lambda *_, **__: "sorry")
def falls_back(order=None, **_):
    raise ValueError("the courier refused")


@shared_task(ignore_result=True)
def plain(seconds=0, **_):
    """A task of the same project that the library knows nothing of."""
    time.sleep(seconds)


if os.environ.get("RELEASE") != "old":

    @task()
    def added_later(order=None, **_):
        ship(order)
