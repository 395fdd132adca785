import logging

from django.apps import apps
from django.core.cache import cache
from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

logger = logging.getLogger(__name__)


@task(priority=3)
def clean_task(key: str, pk: int, **_) -> None:
    """Deletes what an aborted import left, whatever it was."""
    try:
        model = apps.get_model(*key.split("."))
    except LookupError as error:
        raise AbortTask(f"{key} is not a model") from error

    model.objects.filter(pk=pk).delete()


@task(priority=5)
def clean_cache(model_name: str, pk: int = 0, **_) -> None:
    """Forgets what is cached of a model."""
    cache.delete_many([f"{model_name}:list", f"{model_name}:{pk}"])
    logger.info("Cache of %s is empty", model_name)
