from celery import shared_task
from django.utils import timezone
from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from breathecode.notify.actions import send_email_message

from . import actions
from .models import Answer, Survey


@shared_task(priority=5)
def alert_low_score(answer_id: int) -> None:
    """Tells the academy about an unhappy student."""
    send_email_message("negative_answer", answer_id, {})


@task(priority=3)
def send_cohort_survey(survey_id: int, user_id: int, **_) -> None:
    """Asks a student of a cohort."""
    survey = Survey.objects.filter(id=survey_id).first()
    if survey is None:
        raise RetryTask(f"Survey {survey_id} not found")
    if Answer.objects.filter(survey=survey, user_id=user_id).exists():
        raise AbortTask("This student was asked already")

    actions.ask(survey, user_id)


@task(priority=10)
def send_survey_group(survey_id: int, **_) -> None:
    """Marks a survey as sent once all its questions are out."""
    survey = Survey.objects.get(id=survey_id)
    survey.status = "SENT"
    survey.sent_at = timezone.now()
    survey.save(update_fields=["status", "sent_at"])
