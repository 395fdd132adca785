"""Who was there: read from the classroom's own records."""

from django.core.cache import cache


def attendance_of(cohort, day: int) -> dict:
    present = cache.get(f"attendance:{cohort.slug}:{day}") or []
    return {"attendance_ids": present, "current_module": cohort.current_module}
