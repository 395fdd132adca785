from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .models import Tag
from .tags import ensure_tag


@task(priority=5)
def add_event_slug_as_acp(event_id: int, force: bool = False, **_) -> None:
    """Makes the tag of an event known to the marketing service."""
    if not event_id:
        raise AbortTask("Event not found")

    ensure_tag("EVENT", event_id)


def reverse_add_event_slug_as_acp(event_id: int, **_) -> None:
    """Takes the tag away again."""
    Tag.objects.filter(tag_type="EVENT", subject_id=event_id).delete()


@task(priority=3)
def add_cohort_slug_as_acp(cohort_id: int, **_) -> None:
    """Makes the tag of a cohort known to the marketing service."""
    ensure_tag("COHORT", cohort_id)


def reverse_add_cohort_slug_as_acp(cohort_id: int, **_) -> None:
    Tag.objects.filter(tag_type="COHORT", subject_id=cohort_id).delete()


@task(priority=3)
def persist_single_lead(form_entry: dict, **_) -> None:
    """Sends the data of a form to the marketing service."""
    if "email" not in form_entry:
        raise AbortTask("The form has no e-mail address")
