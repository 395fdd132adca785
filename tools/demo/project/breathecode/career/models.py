from django.db import models


class Platform(models.Model):
    name = models.CharField(max_length=150)
    positions_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Spider(models.Model):
    class SyncStatus(models.TextChoices):
        PENDING = "PENDING", "Pending"
        SYNCHED = "SYNCHED", "Synched"
        ERROR = "ERROR", "Error"

    name = models.CharField(max_length=150)
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, null=True)
    sync_status = models.CharField(max_length=15, choices=SyncStatus.choices, default=SyncStatus.PENDING)
    sync_desc = models.CharField(max_length=200, null=True)
    synched_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
