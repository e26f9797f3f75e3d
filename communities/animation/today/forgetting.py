"""Old acts of days are forgotten: who did what a year ago says nothing of today, and names people."""

from __future__ import annotations

from django.utils import timezone

from communities.animation.models import Handling
from communities.models import Community

# At once; what is left comes with the next day.
AT_MOST = 5000


def forget_old_acts(_community: Community) -> int:
    """Those of over 400 days, in the scope of their community, the oldest first; how many. Repeating it is harmless."""
    rows = Handling.objects.old(timezone.now()).order_by("at", "pk")
    deleted, _by_kind = Handling.objects.filter(
        pk__in=list(rows.values_list("pk", flat=True)[:AT_MOST])
    ).delete()
    return deleted
