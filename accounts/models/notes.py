"""What staff keep in mind about somebody."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class StaffNote(models.Model):
    """A line about a person, for staff alone."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return self.text
