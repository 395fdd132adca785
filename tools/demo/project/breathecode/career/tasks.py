import requests
from django.utils import timezone
from task_manager.core.exceptions import AbortTask
from task_manager.django.decorators import task

from .models import Platform, Spider


@task(priority=0)
def async_run_spider(spider_id: int, **_) -> None:
    """Runs a spider on the scraping service. Every spider runs twice a day."""
    spider = Spider.objects.filter(id=spider_id).first()
    if spider is None:
        raise AbortTask("Spider not found")

    response = requests.post("https://spiders.example.com/run", data={"spider": spider.name}, timeout=30)
    spider.sync_status = Spider.SyncStatus.SYNCHED if response.ok else Spider.SyncStatus.ERROR
    spider.sync_desc = f"The service answered {response.status_code} to {spider.name}"
    spider.synched_at = timezone.now()
    spider.save()


@task(priority=5)
def fetch_open_positions(platform_id: int, **_) -> None:
    """Asks a job platform how many positions are open."""
    requests.get(f"https://jobs.example.com/{platform_id}", timeout=30).raise_for_status()
    Platform.objects.filter(pk=int(platform_id)).update(positions_at=timezone.now())
