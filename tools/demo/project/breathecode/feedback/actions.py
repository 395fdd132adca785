from django.utils import timezone

from breathecode.notify.actions import send_email_message

from .models import Answer, Survey


def ask(survey: Survey, user_id: int) -> Answer:
    """One question to one student, with a link of its own."""
    answer = Answer(survey=survey, user_id=user_id)
    answer.status = "SENT"
    answer.sent_at = timezone.now()
    answer.save()
    send_email_message("nps", user_id, {"LINK": f"https://nps.example.com/{answer.id}"})
    return answer
