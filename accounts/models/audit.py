"""The log of what was done by whom to whom: written once, never changed."""

from typing import Final

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SITE: Final = "site"
PAGE = 50


def verbs() -> list[str]:
    """All that an entry may say was done: of each app what its configuration names."""
    named = (verb for app in apps.get_app_configs() for verb in getattr(app, "verbs", ()))
    return list(dict.fromkeys(named))


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def page(self, before: int | None = None, count: int = PAGE) -> list["AuditEntry"]:
        """The newest `count` entries, or those before the entry `before`, newest first.

        One query, with the people; a keyset, so that no page costs more than the first.
        """
        older = self if before is None else self.filter(pk__lt=before)
        return list(older.select_related("actor", "target").order_by("-pk")[:count])


class AuditEntry(models.Model):
    """One thing that was done. Never changed, never deleted: the database refuses both.

    `area` is where: `SITE`, or a key that the app which owns the place made of it. `verb` is a
    short constant that reads as words (“removed message”), `subject` what it was done to where
    that is no person (an address, a word), `before` and `after` what it changed. Somebody who has
    gone leaves `actor` or `target` pointing at nobody, as even that must not change an entry:
    ask for entries with `select_related`, which finds None there.

    A migration that alters this table must put the triggers of 0002 back on SQLite.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    area = models.CharField(_("where"), max_length=40, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("by whom"),
    )
    verb = models.CharField(_("what"), max_length=40, editable=False)
    target = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("on whom"),
    )
    subject = models.CharField(_("on what"), max_length=250, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder, editable=False)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("entry of the log"), _("audit log")
        indexes = (
            models.Index(fields=["area", "id"], name="audit_area"),
            models.Index(fields=["target", "id"], name="audit_target"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            models.Index(fields=["verb", "id"], name="audit_verb"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}".strip()
