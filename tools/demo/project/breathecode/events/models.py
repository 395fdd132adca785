from django.db import models


class Organization(models.Model):
    name = models.CharField(max_length=100)
    sync_status = models.CharField(max_length=9, default="PENDING")
    sync_desc = models.TextField(null=True)
    synched_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Event(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True)
    slug = models.SlugField(max_length=150, null=True)
    title = models.CharField(max_length=255, null=True)
    eventbrite_id = models.CharField(max_length=80, null=True)
    eventbrite_sync_status = models.CharField(max_length=9, default="PENDING")
    eventbrite_sync_description = models.TextField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class EventIndexEntry(models.Model):
    """What the search of the website knows of an event."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE)
    text = models.TextField(blank=True)
    indexed_at = models.DateTimeField()
