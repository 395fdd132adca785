import requests
from django.utils import timezone
from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .models import Application, SupervisorIssue

FIXERS = {}


def fixer(code: str):
    """Registers a function that can mend issues with this code."""

    def register(function):
        FIXERS[code] = function
        return function

    return register


@fixer("orphan-session")
def close_orphan_session(session: str) -> bool:
    return bool(session)


@task(priority=2)
def fix_issue(issue_id: int, **_) -> None:
    """Runs the function that can mend an issue and notes whether it did."""
    issue = SupervisorIssue.objects.filter(id=issue_id).first()
    if issue is None or issue.code not in FIXERS:
        raise AbortTask("Nothing to do")

    issue.attempts += 1
    issue.ran_at = timezone.now()
    issue.fixed = FIXERS[issue.code](**(issue.params or {}))
    issue.save()


@task(priority=1)
def monitor_app(application_id: int, **_) -> None:
    """Asks an application whether it is alive. Every application is asked every five minutes."""
    application = Application.objects.filter(id=application_id).first()
    if application is None:
        raise AbortTask("Application not found")

    answer = requests.get(f"https://{application.title}.example.com/health", timeout=5)
    application.status = "OPERATIONAL" if answer.ok else "CRITICAL"
    application.status_text = answer.reason
    application.checked_at = timezone.now()
    application.save()
