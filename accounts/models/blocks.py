"""Whom somebody would rather not read."""

from django.conf import settings
from django.db import models


class Block(models.Model):
    """`by` sees a folded line in place of what `person` says; nobody else notices."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocked_by"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["by", "person"], name="blocked_once"),)

    def __str__(self) -> str:
        return f"{self.person} by {self.by}"
