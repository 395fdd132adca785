"""What happened to a student, kept with the student."""

from django.utils import timezone

from .models import CohortUser


def note_edu_status(student: CohortUser) -> None:
    log = student.history_log or {}
    log.setdefault("edu_statuses", []).append(student.educational_status)
    student.history_log = log
    student.edu_status_noted_at = timezone.now()
    student.save(update_fields=["history_log", "edu_status_noted_at"])
