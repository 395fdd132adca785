import logging

from django.db.models import Avg
from django.dispatch import receiver
from django.utils import timezone

from .models import Answer
from .signals import survey_answered
from .tasks import alert_low_score

logger = logging.getLogger(__name__)


@receiver(survey_answered, sender=Answer)
def count_answer(sender, instance: Answer, **kwargs) -> None:
    """The answer counts from now on, and the average of its survey changes."""
    Answer.answered.filter(pk=instance.pk).update(counted_at=timezone.now())
    if (survey := instance.survey) is not None:
        survey.avg_score = survey.answer_set.aggregate(Avg("score"))["score__avg"]
        survey.scored_at = timezone.now()
        survey.save()


@receiver(survey_answered, sender=Answer)
def notice_low_score(sender, instance: Answer, **kwargs) -> None:
    if instance.score is not None and instance.score < 7:
        alert_low_score.delay(instance.id)
