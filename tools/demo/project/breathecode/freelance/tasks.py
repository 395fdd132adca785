import logging

from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .github import Github
from .models import Issue

logger = logging.getLogger(__name__)


@task(priority=0)
def async_repository_issue_github(webhook_id: int, **_) -> None:
    """Does what an event of a repository asks for."""
    logger.info("Repository event %s", webhook_id)
    try:
        Github().execute_webhook(webhook_id)
    except LookupError as error:
        raise AbortTask(str(error)) from error


@task(priority=10)
def sync_single_issue(academy_id: int, page: int = 0, dry_run: bool = False, total_pages: int = 1, **kwargs) -> None:
    """Writes the state of an academy's issues to the log, a page at a time."""
    for issue in Issue.objects.order_by("id")[page * 50 : (page + 1) * 50]:
        logger.info("Issue %s of academy %s is %s", issue.github_number, academy_id, issue.status)
    if page + 1 < total_pages:
        sync_single_issue.delay(academy_id, page=page + 1, dry_run=dry_run, total_pages=total_pages, **kwargs)
