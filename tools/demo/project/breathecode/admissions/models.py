from django.db import models


class CohortUser(models.Model):
    user_id = models.IntegerField()
    cohort_id = models.IntegerField()
    role = models.CharField(max_length=9, default="STUDENT")
    educational_status = models.CharField(max_length=15, null=True)
    history_log = models.JSONField(null=True)
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
