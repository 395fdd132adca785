from django.db import models


class Tag(models.Model):
    """A tag at the marketing service; events, cohorts and downloads have one each."""

    slug = models.CharField(max_length=150)
    tag_type = models.CharField(max_length=15)
    subject_id = models.IntegerField()
    acp_id = models.CharField(max_length=50, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
