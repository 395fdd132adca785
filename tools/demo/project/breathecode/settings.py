from datetime import timedelta
from pathlib import Path

import environ
from task_manager.core.settings import set_settings

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATABASES = {"default": env.db("DATABASE_URL")}
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Broker, results and the cache share one Redis database.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_RESULT_BACKEND = env("CELERY_RESULT_BACKEND", default=REDIS_URL)
CACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": REDIS_URL}}

CELERY_RESULT_EXPIRES = timedelta(days=1)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "priority_steps": list(range(11)),
    "sep": ":",
    "queue_order_strategy": "priority",
    # Long enough for retries and reports with an ETA.
    "visibility_timeout": 60 * 60 * 24 * 45,
}
CELERY_TASK_ROUTES = {
    "breathecode.notify.tasks.async_deliver_hook": {"queue": "hooks"},
}

set_settings(RETRIES_LIMIT=10, RETRY_AFTER=timedelta(hours=2))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "task_manager",
    "breathecode.activity",
    "breathecode.admissions",
    "breathecode.assessment",
    "breathecode.assignments",
    "breathecode.authenticate",
    "breathecode.career",
    "breathecode.certificate",
    "breathecode.commons",
    "breathecode.events",
    "breathecode.feedback",
    "breathecode.freelance",
    "breathecode.marketing",
    "breathecode.media",
    "breathecode.mentorship",
    "breathecode.messaging",
    "breathecode.monitoring",
    "breathecode.notify",
    "breathecode.payments",
    "breathecode.provisioning",
    "breathecode.registry",
    "breathecode.scheduling",
    "breathecode.services",
]
USE_TZ = True
TIME_ZONE = "UTC"
SECRET_KEY = env("SECRET_KEY", default="only-for-the-demo")
