from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .actions import pull_from_github


@task(priority=5)
def async_pull_from_github(asset_slug: str, user_id: int | None = None, override_meta: bool = False, **_) -> None:
    """Reads a lesson from its repository."""
    sync_status = pull_from_github(asset_slug, override_meta=override_meta)
    if sync_status == "ERROR":
        raise AbortTask(f"{asset_slug} could not be read")
