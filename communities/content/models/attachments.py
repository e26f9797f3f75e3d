"""Pictures in posts, and files to download."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.managers import AttachmentManager
from communities.content.models.posts import Post, UUIDv7
from communities.documents import LONGEST_NAME
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from communities.theming.first_colours import class_of
from members.personal import DELETE, KEEP, Personal


class Attachment(CommunityOwned):
    """A picture in a post, or a document: that has a `name` and no measures, and leaves as a download only. Until its
    post is written it belongs to its uploader alone."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)
    post = OwnedForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="attachments")
    uploader = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    name = models.CharField(max_length=LONGEST_NAME, blank=True, default="", db_default="")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    alt = models.CharField(_("description for those who do not see it"), max_length=300, blank=True)
    renditions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AttachmentManager()

    personal = (
        Personal(
            "uploader",
            KEEP,
            with_texts=DELETE,
            exported_as="pictures",
            why="Pictures and files stay or go with the text that they stand in, as they are stored too.",
        ),
    )

    @property
    def is_file(self) -> bool:
        return bool(self.name)

    @property
    def under(self) -> str:
        """The class of a frame in which it will be shown."""
        return class_of(self.path)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="attachment_owned"),
            models.CheckConstraint(
                condition=Q(name="") | Q(width=0, height=0), name="attachment_file_has_no_measures"
            ),
        ]
        indexes = [
            models.Index(fields=["post"], name="attachment_post"),
            models.Index(fields=["uploader"], name="attachment_uploader"),
            models.Index(fields=["created_at"], name="attachment_orphan", condition=Q(post__isnull=True)),
        ]
