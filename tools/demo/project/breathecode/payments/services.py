from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .models import Invoice, Subscription


@transaction.atomic
def prolong(subscription: Subscription) -> Invoice:
    """A month more, with an invoice for it."""
    now = timezone.now()
    invoice = Invoice.objects.create(subscription=subscription, status="FULFILLED", paid_at=now)
    subscription.paid_at = now
    subscription.next_payment_at += timedelta(days=30)
    subscription.status = "ACTIVE"
    subscription.status_message = None
    subscription.save()
    return invoice
