from django.utils import timezone

from .models import Issue, RepositoryIssueWebhook


class Github:
    def __init__(self, org: str = "academy"):
        self.org = org

    def execute_webhook(self, webhook_id: int) -> RepositoryIssueWebhook:
        webhook = RepositoryIssueWebhook.objects.get(id=webhook_id)
        webhook.run_at = timezone.now()
        action = webhook.webhook_action
        if not hasattr(self, f"on_{action}"):
            webhook.status = "ERROR"
            webhook.status_text = f"Action {action} is not supported"
            webhook.save()
            raise LookupError(webhook.status_text)

        getattr(self, f"on_{action}")(webhook.payload)
        webhook.status = "DONE"
        webhook.status_text = "OK"
        webhook.save()
        return webhook

    def on_issues_opened(self, payload: dict) -> None:
        Issue.objects.get_or_create(
            github_number=payload["issue"]["number"], defaults={"title": payload["issue"]["title"]}
        )

    def on_issues_closed(self, payload: dict) -> None:
        Issue.objects.filter(github_number=payload["issue"]["number"]).update(status="DONE")
