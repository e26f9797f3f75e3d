"""Former addresses."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet


class RedirectQuerySet(ScopedQuerySet["Redirect"]):
    def newest(self) -> RedirectQuerySet:
        """Those that lead somewhere: an address that is only kept from others is no redirect."""
        return self.exclude(path=models.F("target")).order_by("-pk")

    def before(self, pk: int) -> RedirectQuerySet:
        return self.filter(pk__lt=pk)

    def holding(self, words: str) -> RedirectQuerySet:
        return self.filter(models.Q(path__icontains=words) | models.Q(target__icontains=words))


RedirectManager = ScopedManager.from_queryset(RedirectQuerySet)


class Redirect(CommunityOwned):
    """A former address: from a renamed thing or another system; answered with 301.

    `below` says that whatever stood under it moved along: a renamed blog with its articles, feeds and acts.
    """

    path = models.CharField(max_length=400)
    target = models.CharField(max_length=400)
    # Made by the team; the others follow renamed and imported things by themselves.
    by_hand = models.BooleanField(default=False)
    below = models.BooleanField(default=False, db_default=False)
    hits = models.PositiveBigIntegerField(default=0)
    hit_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RedirectManager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        indexes = [
            models.Index(fields=["community", "-id"], name="redirect_newest"),
            models.Index(fields=["community", "target"], name="redirect_target"),
        ]
        constraints = [models.UniqueConstraint(fields=["community", "path"], name="redirect_path_once")]

    def __str__(self) -> str:
        return self.path
