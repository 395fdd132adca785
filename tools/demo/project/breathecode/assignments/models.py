from django.db import models


class LearnPackWebhook(models.Model):
    PENDING, DONE, IGNORED, ERROR = "PENDING", "DONE", "IGNORED", "ERROR"

    is_streaming = models.BooleanField(default=False)
    event = models.CharField(max_length=15)
    status = models.CharField(max_length=9, default=PENDING)
    status_text = models.TextField(null=True)
    payload = models.JSONField()
    student_id = models.IntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Task(models.Model):
    associated_slug = models.CharField(max_length=150)
    title = models.CharField(max_length=150)
    task_type = models.CharField(max_length=15)
    task_status = models.CharField(max_length=15, default="PENDING")
    revision_status = models.CharField(max_length=15, default="PENDING")
    user_id = models.IntegerField()
    cohort_id = models.IntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class TaskRevision(models.Model):
    """One line for every time that a teacher looked at an assignment."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    status = models.CharField(max_length=15)
    created_at = models.DateTimeField(auto_now_add=True)
