import logging

import requests
from django.utils import timezone

from .models import Asset

logger = logging.getLogger(__name__)


def pull_from_github(asset_slug: str, override_meta: bool = False) -> str:
    asset = Asset.objects.filter(slug=asset_slug).first()
    if asset is None:
        raise LookupError(f"Asset with slug {asset_slug} not found")

    try:
        asset.status_text = "Starting to sync..."
        asset.sync_status = "PENDING"
        asset.save()

        asset.readme = requests.get(f"https://raw.example.com/{asset_slug}/README.md", timeout=20).text
        if override_meta:
            asset.title = asset.readme.splitlines()[0]
        asset.status_text = "Successfully Synched"
        asset.sync_status = "OK"
        asset.last_synch_at = timezone.now()
        asset.save()
    except requests.RequestException as error:
        logger.exception(error)
        asset.status_text = str(error)
        asset.sync_status = "ERROR"
        asset.save()
    return asset.sync_status
