from django.contrib.auth.models import User
from django.db import models


class UserInvite(models.Model):
    email = models.EmailField(max_length=150, null=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    status = models.CharField(max_length=15, default="PENDING")
    email_quality = models.FloatField(null=True, default=None)
    email_status = models.JSONField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
