from django.core.mail import send_mail
from django.template.loader import render_to_string


def send_email_message(template: str, to, data: dict) -> None:
    """Sends one of the platform's mails."""
    html = render_to_string(f"{template}.html", data)
    send_mail(data.get("SUBJECT", "News from your academy"), "", None, [to], html_message=html)
