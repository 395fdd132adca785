import logging

import requests
from circuitbreaker import circuit
from django.utils import timezone
from task_manager.django.decorators import task

from .actions import send_email_message
from .models import Hook

logger = logging.getLogger(__name__)


@circuit(failure_threshold=5, recovery_timeout=30)
def post(target: str, payload: dict) -> requests.Response:
    return requests.post(target, json=payload, timeout=10)


@task(priority=5)
def async_deliver_hook(target: str, payload: dict, hook_id: int | None = None, **_) -> None:
    """Delivers an event to a partner and notes the answer on the hook."""
    response = post(target, payload)
    if hook_id is None:
        return

    hook = Hook.objects.filter(id=hook_id).first()
    if hook is None:
        return

    if response.status_code == 410:
        # The partner does not want this event any more.
        hook.delete()
        return

    hook.total_calls += 1
    hook.last_call_at = timezone.now()
    hook.last_response_code = response.status_code
    hook.save()


@task(priority=1)
def send_template_email(email: str, first_name: str = "", **_) -> None:
    """Sends one of the platform's mails to somebody."""
    send_email_message("message", email, {"NAME": first_name})
