from django.db import models


class Webhook(models.Model):
    """What other companies send us: kept first, worked on later."""

    class Status(models.TextChoices):
        PENDING = "PENDING", "Pending"
        DONE = "DONE", "Done"
        ERROR = "ERROR", "Error"

    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    status_text = models.CharField(max_length=255, null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class GoogleWebhook(Webhook):
    message = models.JSONField()
