from django.db import models


class Calendar(models.Model):
    title = models.CharField(max_length=100)
    weeks = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)


class CalendarDay(models.Model):
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE)
    weekday = models.IntegerField()
    rooms = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
