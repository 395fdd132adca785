from django.dispatch import receiver

from breathecode.admissions.models import CohortUser
from breathecode.admissions.signals import cohort_user_created
from breathecode.events.models import Event
from breathecode.events.signals import event_saved

from . import hooks


@receiver(cohort_user_created, sender=CohortUser)
def cohort_user_added(sender, instance: CohortUser, **kwargs) -> None:
    hooks.fire("cohort_user.added", instance)


@receiver(event_saved, sender=Event)
def event_attended(sender, instance: Event, **kwargs) -> None:
    hooks.fire("event.attended", instance)
