import logging

from django.db import transaction
from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from breathecode.admissions.models import CohortUser
from breathecode.notify.actions import send_email_message

from .models import LearnPackWebhook, Task

logger = logging.getLogger(__name__)


@task(bind=True, priority=5)
def async_learnpack_webhook(self, webhook_id: int, **_) -> None:
    """Stores the telemetry that a student's editor has sent."""
    webhook = LearnPackWebhook.objects.filter(id=webhook_id).first()
    if webhook is None:
        raise RetryTask(f"Webhook {webhook_id} is not there yet")

    try:
        known = {"batch": _store_batch, "open_step": _store_step}
        handler = known.get(webhook.event)
        webhook.status = LearnPackWebhook.DONE if handler else LearnPackWebhook.IGNORED
        webhook.status_text = None if handler else "Event not supported"
        if handler:
            handler(webhook)
    except LookupError as error:
        webhook.status = LearnPackWebhook.ERROR
        webhook.status_text = str(error)
        raise
    finally:
        webhook.save()


@task(priority=5)
def set_cohort_user_assignments(task_id: int, **_) -> None:
    """Moves an assignment between the two lists of a student's history."""
    assignment = Task.objects.filter(id=task_id).first()
    if assignment is None:
        raise AbortTask("Nothing to do")

    with transaction.atomic():
        student = CohortUser.objects.select_for_update().filter(
            user_id=assignment.user_id, cohort_id=assignment.cohort_id, role="STUDENT"
        ).first()
        if student is None:
            raise AbortTask("User is not a student of the cohort")

        history = student.history_log or {}
        entry = {"id": assignment.id, "type": assignment.task_type}
        target = "delivered_assignments" if assignment.task_status == "DONE" else "pending_assignments"
        for name in ("delivered_assignments", "pending_assignments"):
            others = [x for x in history.get(name, []) if x["id"] != assignment.id]
            history[name] = [*others, entry] if name == target else others
        student.history_log = history
        student.save()


@task(priority=5)
def student_task_notification(task_id: int, **_) -> None:
    """Tells a student that the teacher has looked at an assignment."""
    assignment = Task.objects.filter(id=task_id).first()
    if assignment is None:
        raise AbortTask("Task not found")

    send_email_message("diagnostic", assignment.user_id, {"SUBJECT": f'Your task "{assignment.title}" was reviewed'})


@task(priority=8)
def teacher_task_notification(task_id: int, **_) -> None:
    """Tells the teacher that a student has delivered an assignment."""
    assignment = Task.objects.filter(id=task_id).first()
    if assignment is None:
        raise AbortTask("Task not found")

    teachers = CohortUser.objects.filter(cohort_id=assignment.cohort_id, role="TEACHER")
    for teacher in teachers:
        send_email_message("diagnostic", teacher.user_id, {"SUBJECT": f'"{assignment.title}" was delivered'})


def _store_batch(webhook: LearnPackWebhook) -> None:
    logger.info("%s steps of %s", len(webhook.payload.get("steps", [])), webhook.student_id)


def _store_step(webhook: LearnPackWebhook) -> None:
    logger.info("%s opened %s", webhook.student_id, webhook.payload["slug"])
