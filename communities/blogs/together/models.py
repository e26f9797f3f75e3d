"""Who is invited to sign an article, until they have agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal


class CoAuthorInvitation(CommunityOwned):
    """Somebody who is invited to sign an article. It goes once they agree; one that was declined stays, so that nobody
    is asked twice."""

    article = OwnedForeignKey("blogs.Article", models.CASCADE, related_name="co_author_invitations")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    invited_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    declined_at = models.DateTimeField(null=True, blank=True)

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="co_author_invitations",
            why="Nobody is asked anything once they are gone.",
        ),
        Personal("invited_by", KEEP, why="Who was invited to sign stays invited, whoever asked them."),
    )

    class Meta:
        verbose_name = _("invitation to sign an article")
        verbose_name_plural = _("invitations to sign articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "membership"], name="co_author_invited_once"),
        ]
        indexes = [
            models.Index(fields=["membership"], name="co_author_invited"),
            models.Index(
                fields=["invited_by"], name="co_author_invited_by", condition=Q(invited_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} for {self.article_id}"

    @property
    def waits(self) -> bool:
        return self.declined_at is None
