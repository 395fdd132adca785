from django.db import models


class Asset(models.Model):
    slug = models.SlugField(max_length=200, unique=True)
    title = models.CharField(max_length=200, blank=True)
    readme = models.TextField(null=True, default=None)
    sync_status = models.CharField(max_length=20, null=True, default=None)
    status_text = models.TextField(null=True, default=None)
    last_synch_at = models.DateTimeField(null=True, default=None)
    last_seo_scan_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
