import logging

from django.dispatch import receiver

from .models import Task
from .signals import assignment_status_updated
from .tasks import set_cohort_user_assignments

logger = logging.getLogger(__name__)


@receiver(assignment_status_updated, sender=Task)
def refresh_history(sender, instance: Task, **kwargs) -> None:
    logger.info("Assignment %s changed to %s", instance.pk, instance.task_status)
    set_cohort_user_assignments.delay(instance.pk)
