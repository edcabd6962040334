"""Take in what people send with a message, and delete what belongs to none any more."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from rooms.content import Content, examine, tidy
from rooms.errors import Invalid, Refused, Slowed, TooMany
from rooms.markup import clean
from rooms.models import Attachment, Membership
from rooms.models.attachments import ALT, LEAST, AttachmentQuerySet

A_DAY = timedelta(days=1)
GRACE = timedelta(hours=1)  # that an upload has to become a message's
AT_ONCE = 50


@contextmanager
def brought(
    *, by: Membership, files: "Sequence[File[bytes]]", alts: str = ""
) -> Iterator[list[Attachment]]:
    """These files, kept for what the block does with them: `messages.post`.

    `alts` says what is to be seen on the pictures among them, a line for each.

    What it leaves to nobody is deleted. Pictures are made anew before, so no lock is held for
    long. Three queries, and one more for the limit of all together where there is one. Raises
    Invalid, TooMany or Refused, before anything is read of files that may not come in at all.
    """
    _check_member(by)
    _check_files(files)
    contents = [examine(file.name or "", file) for file in files]
    kept = _reserve(by.user, contents, _lines(alts, contents))
    try:
        for attachment, content in zip(kept, contents, strict=True):
            _store(attachment, content)
        yield kept
    finally:
        left = Attachment.objects.filter(pk__in=[each.pk for each in kept])
        discard(left.unclaimed())


def discard(found: AttachmentQuerySet) -> None:
    """Delete these for good, once that is committed; what is interrupted there `sweep` ends."""
    pks = list(found.values_list("pk", flat=True))
    if pks:
        Attachment.objects.filter(pk__in=pks).update(message=None, held=None)
        transaction.on_commit(partial(_delete, pks), robust=True)


def sweep() -> bool:
    """Delete some of what belongs to no message and is no upload under way; whether there was any.

    Whatever became of a message, its files are found here: rows go last.
    """
    old = Attachment.objects.unclaimed().filter(made_at__lt=timezone.now() - GRACE)
    pks = list(old.order_by("made_at").values_list("pk", flat=True)[:AT_ONCE])
    _delete(pks)
    return bool(pks)


def _check_member(by: Membership) -> None:
    """Whether a post would be refused anyway; it asks again, under the room's lock."""
    (me,) = Membership.objects.now(by.room, by.user)
    if me.obstacle:
        raise Refused(me.obstacle)
    if me.wait:
        raise Slowed(me.wait)


def _check_files(files: "Sequence[File[bytes]]") -> None:
    most = settings.FILES_PER_MESSAGE
    if not files:
        raise Invalid(_("Choose a file first."))
    if len(files) > most:
        told = ngettext(
            "A message has at most %(most)d file.", "A message has at most %(most)d files.", most
        )
        raise Invalid(told % {"most": most})
    for file in files:
        name = {"name": tidy(file.name or "")}
        if not file.size:
            raise Invalid(_("“%(name)s” is empty.") % name)
        if file.size > settings.FILE_BYTES:
            told = _("“%(name)s” is larger than %(most)s.")
            raise Invalid(told % (name | {"most": filesizeformat(settings.FILE_BYTES)}))


def _lines(alts: str, contents: Sequence[Content]) -> list[str]:
    """For each file what is said of it; all of it, where there is one picture alone."""
    alts = alts[: (ALT + 2) * len(contents)]
    pictures = [content.width > 0 for content in contents]
    said = [clean(line) for line in alts.splitlines()] if sum(pictures) > 1 else [clean(alts)]
    lines = iter(" ".join(line.split())[:ALT] for line in said)
    return [next(lines, "") if is_picture else "" for is_picture in pictures]


def _reserve(author: User, contents: Sequence[Content], alts: list[str]) -> list[Attachment]:
    """Rows for these, within what one person and all together may have, under the person's lock."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=author.pk)
        size = sum(max(content.file.size, LEAST) for content in contents)
        lately = Attachment.objects.brought_by(author.pk, timezone.now() - A_DAY)
        if lately.bytes() + size > settings.FILE_BYTES_A_DAY:
            told = _(
                "You can send %(most)s within a day. Try again tomorrow, or something smaller."
            )
            raise TooMany(told % {"most": filesizeformat(settings.FILE_BYTES_A_DAY)})
        most = settings.FILE_BYTES_IN_ALL
        if most and Attachment.objects.bytes() + size > most:
            raise Refused(_("This site has no room for more files at the moment."))
        return Attachment.objects.bulk_create(
            Attachment(
                author=author,
                name=content.name,
                type=content.type,
                size=content.file.size,
                width=content.width,
                height=content.height,
                moves=content.moves,
                alt=alt,
            )
            for content, alt in zip(contents, alts, strict=True)
        )


def _store(attachment: Attachment, content: Content) -> None:
    default_storage.save(attachment.path, content.file)
    if content.preview:
        default_storage.save(attachment.preview_path, ContentFile(content.preview))


def _delete(pks: Sequence[int]) -> None:
    """Files first, rows last: interrupted, it is begun again. What was claimed meanwhile stays."""
    found = list(Attachment.objects.unclaimed().filter(pk__in=pks))
    for attachment in found:
        default_storage.delete(attachment.path)
        default_storage.delete(attachment.preview_path)
    if found:
        Attachment.objects.filter(pk__in=[each.pk for each in found]).delete()
