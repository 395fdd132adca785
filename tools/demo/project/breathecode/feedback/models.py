from django.contrib.auth.models import User
from django.db import models


class Survey(models.Model):
    """A poll of a cohort; its average is counted again with every answer."""

    cohort_id = models.IntegerField()
    status = models.CharField(max_length=15, default="PENDING")
    avg_score = models.FloatField(null=True, default=None)
    scored_at = models.DateTimeField(null=True, default=None)
    sent_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class AnsweredManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(status="ANSWERED")


class Answer(models.Model):
    survey = models.ForeignKey(Survey, on_delete=models.SET_NULL, null=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    score = models.IntegerField(null=True, default=None)
    status = models.CharField(max_length=15, default="PENDING")
    sent_at = models.DateTimeField(null=True, default=None)
    counted_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager()
    answered = AnsweredManager()
