from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from . import screenshots
from .models import UserSpecialty


def certificate_of(certificate_id: int) -> UserSpecialty:
    certificate = UserSpecialty.objects.filter(id=certificate_id).first()
    if certificate is None:
        raise AbortTask("Certificate not found")
    return certificate


@task(priority=0)
def remove_screenshot(certificate_id: int, **_) -> None:
    """Removes the picture of a certificate from the bucket."""
    certificate = certificate_of(certificate_id)
    if not certificate.preview_url:
        raise AbortTask("There is no picture")

    screenshots.drop(certificate)


@task(priority=1)
def reset_screenshot(certificate_id: int, **_) -> None:
    """Makes the picture of a certificate anew."""
    certificate = certificate_of(certificate_id)
    if certificate.preview_url:
        screenshots.drop(certificate)
    screenshots.take(certificate)
