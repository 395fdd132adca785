from django.utils import timezone

from .models import UserAssessment


def score_of(user_assessment: UserAssessment) -> float:
    return float(len(user_assessment.token))


def close(user_assessment: UserAssessment) -> UserAssessment:
    user_assessment.total_score = score_of(user_assessment)
    user_assessment.status = UserAssessment.Status.ANSWERED
    user_assessment.finished_at = timezone.now()
    user_assessment.save()
    return user_assessment
