from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from breathecode.certificate.models import UserSpecialty

from .models import CohortUser, ProfileAcademy


@task(priority=8)
def build_profile_academy(academy_id: int, user_id: int, role: str = "student", **_) -> None:
    """Makes sure that a user has an active role in an academy."""
    if not user_id:
        raise AbortTask("User not found")

    profile, created = ProfileAcademy.objects.get_or_create(
        academy_id=academy_id, user_id=user_id, role_id=role, defaults={"status": "ACTIVE"}
    )
    if not created and profile.status != "ACTIVE":
        profile.status = "ACTIVE"
        profile.save()


@task(priority=8)
def build_cohort_user(cohort_id: int, user_id: int, role: str = "STUDENT", **_) -> None:
    """Adds a user to a cohort."""
    CohortUser.objects.get_or_create(cohort_id=cohort_id, user_id=user_id, defaults={"role": role})


def reverse_build_cohort_user(cohort_id: int, user_id: int, **_) -> None:
    CohortUser.objects.filter(cohort_id=cohort_id, user_id=user_id).delete()


@task(priority=3)
def sync_cohort_timeslots(cohort_id: int, page: int = 0, total_pages: int = 1, task_manager_id: int = 0, **_) -> None:
    """Copies a certificate's time slots to its cohorts, a page of cohorts at a time."""
    if page + 1 < total_pages:
        sync_cohort_timeslots.delay(
            cohort_id, page=page + 1, total_pages=total_pages, task_manager_id=task_manager_id
        )


@task(priority=5)
def delete_certificates(cohort_id: int, **_) -> None:
    """Withdraws the certificates of a cohort; they stay in the table for the auditors."""
    if not UserSpecialty.objects.filter(cohort_id=cohort_id).exists():
        raise AbortTask("Nothing to do")

    UserSpecialty.objects.filter(cohort_id=cohort_id).soft_delete()
