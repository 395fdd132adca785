from django.utils import timezone

from .models import CalendlyWebhook, MentorshipSession


class Calendly:
    def execute_action(self, calendly_webhook_id: int) -> bool:
        webhook = CalendlyWebhook.objects.filter(id=calendly_webhook_id).first()
        if not webhook:
            raise LookupError("Invalid webhook")

        webhook.called_at = timezone.now()
        try:
            handler = {"invitee.created": self.book, "invitee.canceled": self.cancel}[webhook.event]
            handler(webhook.payload)
        except KeyError as error:
            webhook.status = "ERROR"
            webhook.status_text = f"No handler for {error}"
            webhook.save()
            return False

        webhook.status = "DONE"
        webhook.save()
        return True

    def book(self, payload: dict) -> None:
        MentorshipSession.objects.update_or_create(
            calendly_uuid=payload["uuid"], defaults={"mentor_id": payload["mentor"], "status": "PENDING"}
        )

    def cancel(self, payload: dict) -> None:
        MentorshipSession.objects.filter(calendly_uuid=payload["uuid"]).update(status="CANCELED")
