import logging

from django.dispatch import receiver

from .models import Task, TaskRevision
from .signals import assignment_status_updated, revision_status_updated
from .tasks import set_cohort_user_assignments

logger = logging.getLogger(__name__)


@receiver(assignment_status_updated, sender=Task)
def refresh_history(sender, instance: Task, **kwargs) -> None:
    logger.info("Assignment %s changed to %s", instance.pk, instance.task_status)
    set_cohort_user_assignments.delay(instance.pk)


@receiver(revision_status_updated, sender=Task)
def keep_revision(sender, instance: Task, **kwargs) -> None:
    TaskRevision.objects.create(task=instance, status=instance.revision_status)
