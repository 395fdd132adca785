from django.db import models


class CalendlyWebhook(models.Model):
    organization_hash = models.CharField(max_length=50)
    event = models.CharField(max_length=100)
    payload = models.JSONField(null=True)
    called_at = models.DateTimeField(null=True, default=None)
    status = models.CharField(max_length=9, default="PENDING")
    status_text = models.CharField(max_length=255, null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class MentorshipSession(models.Model):
    mentor_id = models.IntegerField()
    mentee_id = models.IntegerField(null=True)
    status = models.CharField(max_length=15, default="PENDING")
    calendly_uuid = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
