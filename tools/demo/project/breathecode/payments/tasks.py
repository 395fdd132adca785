import logging
from decimal import Decimal

from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from .models import Subscription
from .services import prolong

logger = logging.getLogger(__name__)


@task(priority=8)
def renew_subscription(subscription_id: int, **_) -> None:
    """Prolongs a subscription for its next period and charges it."""
    subscription = Subscription.objects.filter(id=subscription_id).first()
    if subscription is None:
        raise AbortTask(f"Subscription {subscription_id} not found")

    invoice = prolong(subscription)
    if subscription.externally_managed:
        charge_subscription.delay(subscription_id, invoice.amount)


@task(priority=8)
def charge_subscription(subscription_id: int, amount: float = 0, currency: str = "USD", **_) -> None:
    """Charges the card of a subscription."""
    if Decimal(str(amount)) < 0:
        raise RetryTask("The amount is not known yet")

    logger.info("Charging %s %s for subscription %s", amount, currency, subscription_id)


@task(priority=5)
def send_invoice_email(email: str, token: str = "", **_) -> None:
    """Sends a link to the invoice."""
