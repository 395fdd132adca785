from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from . import actions
from .models import UserAssessment


@task(priority=1)
def async_close_userassessment(user_assessment_id: int, **_) -> None:
    """Counts the points of an assessment and closes it."""
    open_one = (
        UserAssessment.objects.filter(id=user_assessment_id)
        .exclude(status__in=[UserAssessment.Status.ANSWERED, UserAssessment.Status.EXPIRED])
        .first()
    )
    if open_one is None:
        raise AbortTask("Nothing to close")

    actions.close(open_one)


@task(bind=True, priority=0)
def async_regenerate_userassessment(self, user_assessment_id: int, **_) -> None:
    """Gives a student another try: a new assessment with a new token."""
    old = UserAssessment.objects.filter(id=user_assessment_id).first()
    if not old:
        raise RetryTask(f"UserAssessment {user_assessment_id} not found")

    UserAssessment.objects.create(
        assessment=old.assessment, owner=old.owner, replaces=old, status=UserAssessment.Status.SENT
    )
