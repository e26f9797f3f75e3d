"""What came of last week’s newsletters, for Today."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.animation.newsletters.models import Newsletter, NewsletterCopy
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.animation.today.week import Came, Result, Week, register_result
from communities.models import Community

MOST = 20


def newsletters_of_week(community: Community, week: Week) -> Came | None:
    """Those that had left by its end, to how many people, and how many followed a link. Two queries."""
    sent = Newsletter.objects.filter(
        state=Newsletter.State.SENT, finished_at__gte=week.begins, finished_at__lt=week.ends
    )
    found = list(sent.order_by("-finished_at").values_list("pk", flat=True)[:MOST])
    if not found:
        return None
    copies = NewsletterCopy.objects.filter(newsletter__in=found).aggregate(
        written=Count("pk", filter=Q(written_at__isnull=False)),
        followers=Count("pk", filter=~Q(clicked=[])),
    )
    what = ngettext("%(n)s newsletter to %(people)s", "%(n)s newsletters to %(people)s", len(found))
    people = ngettext("%(n)s person", "%(n)s people", copies["written"])
    came = ngettext("%(n)s followed a link", "%(n)s followed a link", copies["followers"])
    url = (
        reverse("newsletters:show-progress", args=found)
        if len(found) == 1
        else reverse("newsletters:list-drafts")
    )
    said = {"n": len(found), "people": people % {"n": number_format(copies["written"])}}
    return Came(what % said, came % {"n": number_format(copies["followers"])}, url, _("Newsletters"))


def register() -> None:
    register_result(Result("newsletters", 50, can_write_newsletter, newsletters_of_week))
