from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .models import Calendar, CalendarDay


@task(priority=3)
def build_week_calendar(calendar_id: int, **_) -> None:
    """Adds the next week to a calendar: five days."""
    calendar = Calendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise AbortTask("Calendar not found")

    CalendarDay.objects.bulk_create([CalendarDay(calendar=calendar, weekday=day) for day in range(5)])


def reverse_build_week_calendar(calendar_id: int, **_) -> None:
    newest = CalendarDay.objects.filter(calendar_id=calendar_id).order_by("-id")[:5]
    CalendarDay.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).delete()
