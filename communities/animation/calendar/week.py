"""What came of last week’s texts, for Today."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.animation.calendar.permissions import can_see_calendar
from communities.animation.calendar.results import replies_within_a_week
from communities.animation.today.week import Came, Result, Week, register_result
from communities.calendar import day_of
from communities.content.kinds import THREAD_KINDS
from communities.content.models import State, Thread
from communities.models import Community
from communities.models.memberships import STAFF_ROLES

MOST = 500


def texts_of_week(community: Community, week: Week) -> Came | None:
    """Texts that inform, or that the team wrote, as the calendar shows them, and the replies to them. Two queries."""
    informs = [one.name for one in THREAD_KINDS if one.informs]
    texts = Thread.objects.filter(
        Q(kind__in=informs) | Q(author__role__in=STAFF_ROLES),
        state=State.PUBLISHED,
        published_at__gte=week.begins,
        published_at__lt=week.ends,
    )
    found = list(texts.order_by("-published_at").values_list("pk", flat=True)[:MOST])
    if not found:
        return None
    replies = sum(replies_within_a_week(found).values())
    what = ngettext("%(n)s text by the team or on a blog", "%(n)s texts by the team or on blogs", len(found))
    came = ngettext("%(n)s reply so far", "%(n)s replies so far", replies)
    query = urlencode({"view": "week", "day": day_of(week.begins, community).isoformat()})
    url = f"{reverse('animation:show-calendar')}?{query}"
    return Came(
        what % {"n": number_format(len(found))}, came % {"n": number_format(replies)}, url, _("Calendar")
    )


def register() -> None:
    register_result(Result("texts", 40, can_see_calendar, texts_of_week))
