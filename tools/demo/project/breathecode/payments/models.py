from django.db import models


class Subscription(models.Model):
    user_id = models.IntegerField()
    status = models.CharField(max_length=13, default="ACTIVE")
    status_message = models.CharField(max_length=250, null=True)
    paid_at = models.DateTimeField()
    next_payment_at = models.DateTimeField()
    externally_managed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Invoice(models.Model):
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE)
    amount = models.FloatField(default=0)
    status = models.CharField(max_length=17, default="PENDING")
    paid_at = models.DateTimeField(null=True, default=None)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
