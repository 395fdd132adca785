"""The ticket service: what we send to it and what it sends to us."""

import requests

from .models import Event, Organization

API = "https://tickets.example.com/v3"


class EventbriteError(Exception):
    pass


def call(method: str, path: str, **data) -> dict:
    response = requests.request(method, f"{API}{path}", json=data, timeout=30)
    if not response.ok:
        raise EventbriteError(response.text)
    return response.json()


def update_or_create_event(data: dict, organization: Organization) -> Event:
    event, _ = Event.objects.update_or_create(
        eventbrite_id=data["id"],
        defaults={"title": data["name"]["text"], "slug": data["slug"], "organization": organization},
    )
    return event
