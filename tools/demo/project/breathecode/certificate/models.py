from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class SpecialtyQuerySet(models.QuerySet):
    def soft_delete(self) -> int:
        return self.update(deleted_at=timezone.now())


class AliveManager(models.Manager.from_queryset(SpecialtyQuerySet)):
    """Leaves out what was withdrawn."""

    def get_queryset(self):
        return super().get_queryset().filter(deleted_at__isnull=True)


class UserSpecialty(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    cohort_id = models.IntegerField(null=True)
    status = models.CharField(max_length=15, default="PENDING")
    preview_url = models.CharField(max_length=250, null=True, blank=True)
    previewed_at = models.DateTimeField(null=True, default=None)
    deleted_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AliveManager()
    everything = models.Manager()
