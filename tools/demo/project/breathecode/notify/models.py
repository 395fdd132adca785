from django.db import models


class Hook(models.Model):
    event = models.CharField(max_length=64)
    target = models.URLField(max_length=255)
    total_calls = models.IntegerField(default=0)
    last_call_at = models.DateTimeField(null=True)
    last_response_code = models.IntegerField(null=True)
    sample_data = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
