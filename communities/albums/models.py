"""An album beside its thread, a photograph beside its reply, and who agrees to be named in one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.albums.managers import LikenessManager, PhotoManager
from communities.content.models import Attachment, Post, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, DETACH, Personal

# The names that rows of spaces and of threads carry.
PHOTOS, ALBUM = "photos", "album"
LONGEST_CAPTION, LONGEST_NAME = 500, 120  # characters


class Album(CommunityOwned):
    """What an album has beyond its thread: who adds to it, what it shows of, and which photograph stands for it.

    `gathering` is the thread of what people came together for, an event say; it is another kind’s, and may go.
    """

    class Adds(models.TextChoices):
        AUTHOR = "author", _("I alone")
        MEMBERS = "members", _("Every member who may write in this space")

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="album")
    adds = models.CharField(_("who adds photographs"), max_length=7, choices=Adds, default=Adds.MEMBERS)
    gathering = OwnedForeignKey(Thread, models.SET_NULL, null=True, blank=True, related_name="+")
    # Empty: the first one that can be seen.
    cover = OwnedForeignKey("Photo", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("album")
        verbose_name_plural = _("albums")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="album_owned"),
            models.CheckConstraint(condition=Q(adds__in=["author", "members"]), name="album_adds"),
        ]
        indexes = [
            models.Index(
                fields=["gathering", "thread"], name="album_gathering", condition=Q(gathering__isnull=False)
            ),
            models.Index(fields=["cover"], name="album_cover", condition=Q(cover__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"album {self.pk}"


class Photo(CommunityOwned):
    """A photograph: a reply that shows one picture, with whose it is and what others may do with it. Its caption is the
    reply’s own words, what it shows in words is the picture’s."""

    class Licence(models.TextChoices):
        RESERVED = "reserved", pgettext_lazy("of a picture", "All rights reserved")
        HERE = "here", pgettext_lazy("of a picture", "For this community only")
        BY = "by", "CC BY 4.0"
        BY_SA = "by-sa", "CC BY-SA 4.0"
        CC0 = "cc0", "CC0 1.0"

    # Where the words of the free ones stand.
    DEEDS = {
        Licence.BY: "https://creativecommons.org/licenses/by/4.0/",
        Licence.BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
        Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    }

    post = OwnedOneToOneField(Post, models.CASCADE, primary_key=True, related_name="photo")
    picture = OwnedOneToOneField(Attachment, models.CASCADE, related_name="photo")
    # Empty: who added it.
    photographer = models.CharField(_("who took it"), max_length=LONGEST_NAME, blank=True)
    licence = models.CharField(_("rights"), max_length=8, choices=Licence, default=Licence.RESERVED)
    # When its sender said that they made it, or have the right to show it.
    assured_at = models.DateTimeField(default=timezone.now, editable=False)
    may_download = models.BooleanField(_("others may download it"), default=False)
    # The same for all that were added together: followers hear of them once.
    sent_with = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = PhotoManager()

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        constraints = [
            models.UniqueConstraint(fields=["community", "post"], name="photo_owned"),
            models.CheckConstraint(
                condition=Q(licence__in=["reserved", "here", "by", "by-sa", "cc0"]), name="photo_licence"
            ),
        ]
        indexes = [models.Index(fields=["sent_with"], name="photo_sent_with")]

    def __str__(self) -> str:
        return f"photograph {self.pk}"

    @property
    def deed(self) -> str:
        """Where its licence is written; empty for one that is no public licence."""
        return self.DEEDS.get(self.licence, "")  # type: ignore[call-overload, no-any-return]


class Likeness(CommunityOwned):
    """That somebody is to be seen in a photograph. Until they agree only they read it, who asked, and whose photograph
    it is. One that was refused, or taken back, stays: nobody asks again for the same picture."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("of a name in a picture", "Asked, no answer yet")
        NAMED = "named", pgettext_lazy("of a name in a picture", "Named, as they agreed")
        REFUSED = "refused", pgettext_lazy("of a name in a picture", "Not named, as they wish")

    photo = OwnedForeignKey(Photo, models.CASCADE, related_name="likenesses")
    person = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    asked_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = LikenessManager()

    personal = (
        Personal(
            "person",
            DELETE,
            exported_as="likenesses",
            withheld=("asked_by",),
            why="Who has left is named in no photograph any more.",
        ),
        Personal("asked_by", DETACH, why="The person who was asked still decides."),
    )

    class Meta:
        verbose_name = _("name in a photograph")
        verbose_name_plural = _("names in photographs")
        constraints = [
            models.UniqueConstraint(fields=["photo", "person"], name="likeness_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | Q(state__in=["named", "refused"], answered_at__isnull=False),
                name="likeness_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="likeness_of"),
            models.Index(fields=["asked_by"], name="likeness_asked_by", condition=Q(asked_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.photo_id}: {self.state}"


def album_of(thread: Thread) -> Album | None:
    """What stands beside a thread. One query where it did not come along."""
    found: Album | None = getattr(thread, "album", None)
    return found
