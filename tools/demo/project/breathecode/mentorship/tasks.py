from task_manager.core.exceptions import RetryTask
from task_manager.django.decorators import task

from .calendly import Calendly


@task(bind=True, priority=3)
def async_calendly_webhook(self, calendly_webhook_id: int, **_) -> bool:
    """Books or cancels what a student has chosen in the calendar."""
    client = Calendly()
    try:
        return client.execute_action(calendly_webhook_id)
    except LookupError as error:
        raise RetryTask(str(error)) from error
