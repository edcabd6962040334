from django.apps import AppConfig
from django.db.models import fields
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """`verbs` are what its actions write into the audit log (`accounts.models.audit.verbs`)."""

    name = "accounts"
    verbose_name = _("People and the site")
    verbs = (
        "added person",
        "changed person",
        "suspended",
        "banned",
        "lifted suspension",
        "signed out",
        "closed account",
        "made invitation",
        "withdrew invitation",
    )

    def ready(self) -> None:
        """What Django says first in its selects, it says in English alone."""
        fields.BLANK_CHOICE_LABEL = _("- Select an option -")
