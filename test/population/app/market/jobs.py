"""The market's tasks. What each order does stands in the plan (steps.plan); a type decides what it can do and where it runs."""

import os
import time

import row
import notes
from library import AbortTask, CircuitBreakerError, RetryTask, task
from steps import plan, work

MARK = """
with entry as (insert into market_ledger (run, kind, n) values (%(run)s, %(kind)s, %(n)s))
insert into market_mark (kind, n, done_at) values (%(kind)s, %(n)s, %(now)s)
on conflict (kind, n) do update set done_at = excluded.done_at
"""


def mark(job, n):
    row.execute(MARK, {"run": job.request.id, "kind": job.name.rpartition(".")[2], "n": n, "now": row.now()})
    notes.note("effect")


def perform(job, n, attempts=None, leaves=False):
    """What every body does: it works, leaves its mark, works a little more, and ends as planned."""
    planned = plan(n)
    work(planned.get("seconds", 0.05))
    if (attempts or 0) < planned.get("retries", 0):
        raise RetryTask("not there yet")
    ends = planned.get("ends", "returns")
    if ends == "raises":
        raise ValueError("the order was refused")
    if ends == "raises-nothing":
        raise AssertionError
    if ends == "aborts":
        raise AbortTask("the order was withdrawn")
    if ends == "circuit":
        raise CircuitBreakerError("courier")
    if ends == "exits":
        raise SystemExit(3)
    if leaves:
        mark(job, n)
    time.sleep(planned.get("tail", 0))


def pages(job, n, page, total_pages, task_manager_id, leaves):
    """Each page asks for the next one. A plan may end before the last page: there was nothing more to do."""
    planned = plan(n)
    work(planned.get("seconds", 0.05))
    if page + 1 < min(total_pages, planned.get("lastPage", total_pages)):
        following = job.delay(n, page=page + 1, total_pages=total_pages, task_manager_id=task_manager_id)
        notes.note("page-published", message=following.id)
    elif leaves:
        mark(job, n)
    time.sleep(planned.get("tail", 0))


@task()
def bill(n, **_):
    perform(bill, n, leaves=True)


@task(transaction=True)
def book(n, **_):
    perform(book, n, leaves=True)


@task()
def notify(n, **_):
    perform(notify, n)


@task()
def count(n, **_):
    perform(count, n)


@task()
def import_rows(n, page=0, total_pages=3, task_manager_id=None, **_):
    pages(import_rows, n, page, total_pages, task_manager_id, leaves=True)


@task(queue="bulk")
def export_rows(n, page=0, total_pages=3, task_manager_id=None, **_):
    pages(export_rows, n, page, total_pages, task_manager_id, leaves=False)


@task()
def sync(n, attempts=None, **_):
    perform(sync, n, attempts, leaves=True)


@task()
def fetch(n, attempts=None, **_):
    perform(fetch, n, attempts)


@task(transaction=True)
def settle(n, attempts=None, **_):
    perform(settle, n, attempts, leaves=True)


@task(queue="bulk")
def render(n, **_):
    perform(render, n, leaves=True)


@task()
def refund(n, **_):
    perform(refund, n, leaves=True)


@task()
def audit(n, **_):
    perform(audit, n)


@task()
def charge(n, **_):
    perform(charge, n, leaves=True)


@task()
def withdraw(n, **_):
    perform(withdraw, n)


@task(acks_late=True)
def reserve(n, **_):
    perform(reserve, n, leaves=True)


@task(acks_late=True, reject_on_worker_lost=True)
def ship(n, **_):
    perform(ship, n, leaves=True)


@task(queue="bulk", priority=9)
def clean(n, **_):
    perform(clean, n)


@task(queue="archive")
def archive(n, **_):
    perform(archive, n, leaves=True)


@task(expires=3)
def perishable(n, **_):
    perform(perishable, n, leaves=True)


@task(ignore_result=False)
def quote(n, **_):
    perform(quote, n)
    return {"price": n}


@task()
def mailing(n, **_):
    perform(mailing, n)


@task(time_limit=3)
def limited(n, **_):
    perform(limited, n, leaves=True)


@task(soft_time_limit=2)
def softly(n, **_):
    perform(softly, n, leaves=True)


if os.environ.get("RELEASE") != "old":

    @task(queue="bulk")
    def added_later(n, **_):
        perform(added_later, n, leaves=True)
