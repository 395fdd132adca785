import json

from django.core.cache import cache
from django.utils import timezone
from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from breathecode.admissions.models import Cohort

from .attendance import attendance_of


@task(priority=8)
def add_activity(user_id: int, kind: str, related_id: int | None = None, **_) -> None:
    """Notes what a user did."""
    # Kept in the cache until upload_activities moves it to the warehouse.
    entry = {"user": user_id, "kind": kind, "related": related_id, "at": timezone.now().isoformat()}
    cache.set(f"activity:{user_id}:{kind}:{related_id}", json.dumps(entry), timeout=None)


def reverse_add_activity(user_id: int, kind: str, related_id: int | None = None, **_) -> None:
    """Forgets it again."""
    cache.delete(f"activity:{user_id}:{kind}:{related_id}")


@task(priority=5)
def upload_activities(**_) -> None:
    """Moves a batch of activities to the warehouse."""


@task(bind=True, priority=5)
def get_attendancy_log(self, cohort_id: int, **_) -> None:
    """Builds the attendance of a cohort, day by day."""
    if (cohort := Cohort.objects.filter(id=cohort_id).first()) is None:
        raise AbortTask("Cohort not found")

    cohort.history_log = {str(day): attendance_of(cohort, day) for day in range(1, cohort.current_day + 1)}
    cohort.save_history_log()
