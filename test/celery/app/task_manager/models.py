"""A stand-in for the library's model: the columns that scripts of this extension touch, over the table that rows.py makes.

celery-task-manager is in no Debian package, so what the tests prove is that the scripts work with Django, Celery and a model of this
name with these fields, as version 1.11.4 has them.
"""

from django.db import models


class TaskManager(models.Model):
    current_page = models.IntegerField(default=0, blank=True, null=True)
    total_pages = models.IntegerField(default=1, blank=True, null=True)
    attempts = models.IntegerField(default=1)
    task_module = models.CharField(max_length=200)
    task_name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, blank=True, null=True)
    status = models.CharField(max_length=20, default="PENDING")
    task_id = models.CharField(max_length=36, default="", blank=True)
    priority = models.IntegerField(default=None, blank=True, null=True)
    last_run = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        db_table = "task_manager_taskmanager"
        managed = False
