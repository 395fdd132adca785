"""Finds the hooks that partners have registered for an event, and sends a delivery to each."""

from .models import Hook
from .tasks import async_deliver_hook


def serialized(instance) -> dict:
    return {field.attname: str(getattr(instance, field.attname)) for field in instance._meta.fields}


def fire(event: str, instance) -> None:
    for hook in Hook.objects.filter(event=event):
        payload = {"hook": {"id": hook.id, "event": hook.event}, "data": serialized(instance)}
        async_deliver_hook.delay(hook.target, payload, hook_id=hook.id)
