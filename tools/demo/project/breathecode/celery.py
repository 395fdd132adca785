import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breathecode.settings")

app = Celery("breathecode")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
