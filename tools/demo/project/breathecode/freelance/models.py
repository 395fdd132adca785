from django.db import models


class RepositoryIssueWebhook(models.Model):
    webhook_action = models.CharField(max_length=100, blank=True, null=True)
    payload = models.JSONField()
    run_at = models.DateTimeField(null=True, default=None)
    status = models.CharField(max_length=9, default="PENDING")
    status_text = models.CharField(max_length=255, null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Issue(models.Model):
    github_number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=255)
    status = models.CharField(max_length=20, default="DRAFT")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
