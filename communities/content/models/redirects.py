"""Former addresses."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from communities.scoping import CommunityOwned


class Redirect(CommunityOwned):
    """A former address: from a renamed thing or another system; answered with 301.

    `below` says that whatever stood under it moved along: a renamed blog with its articles, feeds and acts.
    """

    path = models.CharField(max_length=400)
    target = models.CharField(max_length=400)
    below = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "path"], name="redirect_path_once")]
        indexes = [models.Index(fields=["community", "target"], name="redirect_target")]
