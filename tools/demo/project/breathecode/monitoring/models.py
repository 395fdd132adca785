from django.db import models


class SupervisorIssue(models.Model):
    supervisor_id = models.BigIntegerField()
    occurrences = models.IntegerField(default=1)
    attempts = models.IntegerField(default=0)
    code = models.CharField(max_length=50, null=True)
    fixed = models.BooleanField(null=True)
    params = models.JSONField(null=True)
    error = models.TextField()
    ran_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Application(models.Model):
    title = models.CharField(max_length=100)
    status = models.CharField(max_length=20, default="OPERATIONAL")
    status_text = models.CharField(max_length=255, null=True)
    checked_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
