import logging
from typing import Any, Type

from django.dispatch import receiver

from breathecode.admissions import history

from .models import CohortUser, Onboarding
from .signals import cohort_user_created, student_edu_status_updated

logger = logging.getLogger(__name__)

FIRST_WEEK = ["profile-picture", "slack", "github", "prework"]


@receiver(cohort_user_created, sender=CohortUser)
def welcome(sender: Type[CohortUser], instance: CohortUser, **kwargs: Any) -> None:
    logger.info("%s is new in cohort %s", instance.user_id, instance.cohort_id)
    onboarding, created = Onboarding.objects.get_or_create(cohort_user=instance, defaults={"steps": FIRST_WEEK})
    if not created:
        logger.warning("Onboarding %s was there already", onboarding.pk)


@receiver(student_edu_status_updated, sender=CohortUser)
def note_edu_status(sender: Type[CohortUser], instance: CohortUser, **kwargs: Any) -> None:
    history.note_edu_status(instance)
