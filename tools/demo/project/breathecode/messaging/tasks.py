import requests
from task_manager.django.decorators import task


@task(priority=5)
def send_slack_digest(channel_id: int, **_) -> None:
    """Posts what happened today to a channel."""
    requests.post("https://slack.example.com/api/chat.postMessage", json={"channel": channel_id}, timeout=10)
