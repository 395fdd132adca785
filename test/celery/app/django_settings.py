"""A Django project around the Celery app, for `django shell`: DATABASE_URL as rows.py takes it."""

import os
from urllib.parse import unquote, urlsplit

import project  # noqa: F401  the Celery app, as a project's __init__ loads it

_url = urlsplit(os.environ["DATABASE_URL"])

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _url.hostname,
        "PORT": _url.port,
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "NAME": _url.path[1:],
    }
}
INSTALLED_APPS = ["task_manager"]
SECRET_KEY = "for tests"
# Not UTC: a script that mixed up the two would move every time.
TIME_ZONE = "America/Bogota"
USE_TZ = os.environ.get("USE_TZ", "1") == "1"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
