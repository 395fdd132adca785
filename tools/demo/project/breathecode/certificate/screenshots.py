"""Pictures of certificates in the bucket, and where they are."""

import requests
from django.utils import timezone

from .models import UserSpecialty

BUCKET = "https://storage.example.com/certificates"


def drop(certificate: UserSpecialty) -> None:
    requests.delete(f"{BUCKET}/{certificate.pk}", timeout=20)
    certificate.preview_url = ""
    certificate.save(update_fields=["preview_url"])


def take(certificate: UserSpecialty) -> None:
    answer = requests.post(f"{BUCKET}/{certificate.pk}", timeout=60)
    certificate.preview_url = answer.json()["url"]
    certificate.previewed_at = timezone.now()
    certificate.save()
