from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class Academy(models.Model):
    slug = models.SlugField(max_length=150, unique=True)
    name = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Cohort(models.Model):
    academy = models.ForeignKey(Academy, on_delete=models.CASCADE)
    slug = models.CharField(max_length=150, unique=True)
    current_day = models.IntegerField(default=1)
    current_module = models.IntegerField(null=True, default=None)
    history_log = models.JSONField(null=True, default=None)
    history_log_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def save_history_log(self) -> None:
        self.history_log_at = timezone.now()
        self.save(update_fields=["history_log", "history_log_at"])


class CohortUser(models.Model):
    user_id = models.IntegerField()
    cohort_id = models.IntegerField()
    role = models.CharField(max_length=9, default="STUDENT")
    educational_status = models.CharField(max_length=15, null=True)
    history_log = models.JSONField(null=True)
    edu_status_noted_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Onboarding(models.Model):
    """What a new student has to do in the first week."""

    cohort_user = models.OneToOneField(CohortUser, on_delete=models.CASCADE)
    steps = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class ProfileAcademy(models.Model):
    academy_id = models.IntegerField()
    user_id = models.IntegerField(null=True)
    role_id = models.CharField(max_length=25)
    email = models.EmailField(max_length=150, null=True)
    status = models.CharField(max_length=15, default="INVITED")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "authenticate_profileacademy"


class Syllabus(models.Model):
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    slug = models.SlugField(max_length=100, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
