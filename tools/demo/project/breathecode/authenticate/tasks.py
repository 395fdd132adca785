from django.contrib.auth.models import Group, User
from task_manager.core.exceptions import AbortTask, RetryTask
from task_manager.django.decorators import task

from .models import UserInvite
from .validation import NotDeliverable, validate_email


@task(priority=8)
def set_user_group_permissions(user_id: int, group_id: int = 1, **_) -> None:
    """Puts a user into a group, which gives the permissions of that group."""
    user = User.objects.filter(id=user_id).first()
    group = Group.objects.filter(id=group_id).first()
    if user is None or group is None:
        raise AbortTask("User or group not found")

    user.groups.add(group)


@task(priority=5)
def async_validate_email_invite(invite_id: int, **_) -> None:
    """Finds out whether the address of an invitation receives mail."""
    invite = UserInvite.objects.filter(id=invite_id).first()
    if invite is None:
        raise RetryTask(f"UserInvite {invite_id} not found")

    try:
        status = validate_email(invite.email)
        invite.email_quality = status["quality"]
        invite.email_status = status
    except NotDeliverable as error:
        invite.status = "REJECTED"
        invite.email_status = {"error": str(error)}

    invite.save()
