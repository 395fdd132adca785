from django.core.cache import cache
from django.dispatch import receiver
from django.utils import timezone

from .models import Event, EventIndexEntry
from .signals import event_saved


@receiver(event_saved)
def forget_cached_events(sender, instance, **kwargs) -> None:
    cache.delete("live_workshop_status")


@receiver(event_saved, sender=Event)
def index_event(sender, instance: Event, **kwargs) -> None:
    EventIndexEntry.objects.update_or_create(
        event=instance, defaults={"text": f"{instance.title} {instance.slug}", "indexed_at": timezone.now()}
    )
