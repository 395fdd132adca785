from celery import Task
from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .models import GoogleWebhook, Webhook


class WebhookTask(Task):
    """Tasks that work on a webhook: all of them end alike."""

    abstract = True
    model: type[Webhook]

    def webhook(self, webhook_id: int) -> Webhook:
        found = self.model.objects.filter(id=webhook_id).first()
        if found is None:
            raise AbortTask("Webhook not found")
        return found

    def finish(self, webhook: Webhook, error: Exception | None = None) -> None:
        webhook.status = Webhook.Status.ERROR if error else Webhook.Status.DONE
        webhook.status_text = str(error) if error else None
        webhook.save()


class GoogleWebhookTask(WebhookTask):
    abstract = True
    model = GoogleWebhook

    def transcribe(self, message: dict) -> str:
        return message["attributes"]["file"]


@task(bind=True, base=GoogleWebhookTask, priority=5)
def process_google_webhook(self, hook_id: int, **_) -> None:
    """Stores the transcript that Google has finished."""
    webhook = self.webhook(hook_id)
    try:
        self.transcribe(webhook.message)
    except KeyError as error:
        self.finish(webhook, error)
        raise
    self.finish(webhook)
