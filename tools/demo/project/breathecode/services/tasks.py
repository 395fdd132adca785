import logging

import requests
from task_manager.django.decorators import task

logger = logging.getLogger(__name__)


@task(priority=8)
def sync_crm_contacts(academy_id: int, page: int = 0, dry_run: bool = False, total_pages: int = 1, **kwargs) -> None:
    """Sends the contacts of an academy to its CRM, a page at a time."""
    if not dry_run:
        requests.post("https://crm.example.com/contacts", json={"academy": academy_id, "page": page}, timeout=30)
    if page + 1 < total_pages:
        sync_crm_contacts.delay(academy_id, page=page + 1, dry_run=dry_run, total_pages=total_pages, **kwargs)
