import requests


class NotDeliverable(Exception):
    pass


def validate_email(email: str) -> dict:
    """Asks the validation service about an address."""
    answer = requests.get("https://validation.example.com/v1/check", params={"email": email}, timeout=10).json()
    if answer.get("undeliverable"):
        raise NotDeliverable(answer["reason"])
    return answer
