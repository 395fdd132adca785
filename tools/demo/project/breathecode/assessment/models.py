import secrets

from django.contrib.auth.models import User
from django.db import models


def new_token() -> str:
    return secrets.token_hex(20)


class Assessment(models.Model):
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


class UserAssessment(models.Model):
    class Status(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        SENT = "SENT", "Sent"
        ANSWERED = "ANSWERED", "Answered"
        EXPIRED = "EXPIRED", "Expired"

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, null=True)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, default=None)
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.DRAFT)
    token = models.CharField(max_length=255, default=new_token)
    total_score = models.FloatField(null=True, default=None)
    finished_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
