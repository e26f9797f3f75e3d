"""What a page has beyond a thread."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.content.models import Thread
from communities.fields import OwnedOneToOneField
from communities.scoping import CommunityOwned

# The names that rows carry: of spaces, and of their threads.
GUIDES, GUIDE = "guides", "guide"
# So many stand in one space: they are put in order by hand, and listed whole.
MOST_PAGES = 200
# So many of a community stand in its menu.
MOST_LISTED = 8


class Guide(CommunityOwned):
    """Where a page stands in its space, whether the menu leads to it, and whether each heading is a question that
    opens; its text is the thread's first post."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="guide")
    # From the top, counted from 1; two of the same are in the order in which they were written.
    place = models.PositiveSmallIntegerField(_("order"), default=1)
    in_menu = models.BooleanField(default=False)
    folds = models.BooleanField(default=False)
    contents = models.JSONField(_("table of contents"), default=list, blank=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.CheckConstraint(condition=models.Q(place__gte=1), name="guide_place")]
        indexes = [
            models.Index(fields=["community"], name="guide_in_menu", condition=models.Q(in_menu=True)),
        ]


def guide_of(thread: Thread) -> Guide | None:
    """None for a thread without a row of its own here."""
    return getattr(thread, "guide", None)
