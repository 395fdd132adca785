from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task


@task(priority=5)
def add_event_slug_as_acp(event_id: int, force: bool = False, **_) -> None:
    """Makes the tag of an event known to the marketing service."""
    if not event_id:
        raise AbortTask("Event not found")


def reverse_add_event_slug_as_acp(event_id: int, **_) -> None:
    """Takes the tag away again."""


@task(priority=3)
def persist_single_lead(form_entry: dict, **_) -> None:
    """Sends the data of a form to the marketing service."""
    if "email" not in form_entry:
        raise AbortTask("The form has no e-mail address")
