"""What people are in a room, from the lowest to those who stand above all."""

from django.db import models
from django.utils.translation import gettext_lazy

from rooms.models.rooms import Some


class Role(models.TextChoices):
    OWNER = "owner", gettext_lazy("Owner")
    MODERATOR = "moderator", gettext_lazy("Moderator")
    MEMBER = "member", gettext_lazy("Member")
    READER = "reader", gettext_lazy("Reader")


# From the lowest; the site's staff stand above a room's owners.
RANKS = (Role.READER, Role.MEMBER, Role.MODERATOR, Role.OWNER)
STAFF = len(RANKS)
LEAST = {Some.MEMBERS: 1, Some.MODERATORS: 2, Some.OWNERS: 3, Some.NOBODY: STAFF}
