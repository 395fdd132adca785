from task_manager.django.decorators import task


@task(priority=8)
def add_activity(user_id: int, kind: str, related_id: int | None = None, **_) -> None:
    """Notes what a user did."""


def reverse_add_activity(user_id: int, kind: str, **_) -> None:
    """Forgets it again."""


@task(priority=5)
def upload_activities(**_) -> None:
    """Moves a batch of activities to the warehouse."""
