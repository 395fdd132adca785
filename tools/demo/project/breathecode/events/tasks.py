from task_manager.core.exceptions import RetryTask
from task_manager.django.decorators import task


@task(priority=5)
def mark_live_class_as_started(live_class_id: int, **_) -> None:
    """Notes when a live class began."""
    if live_class_id < 0:
        raise RetryTask("Live class not found yet")


@task(priority=5)
def send_event_reminder(event_id: int, user_ids: list[int] | None = None, **_) -> None:
    """Reminds the people who want to come."""
