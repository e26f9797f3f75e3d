"""What Today says of what is said elsewhere: replies that are due, and days on which more is said than usual."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.listening.figures import Spike, spikes_now
from communities.animation.listening.models import Mention, TrackedName
from communities.animation.listening.permissions import can_listen
from communities.animation.today.matters import Elsewhere, Matter, Named, Scope, Source
from communities.calendar import moments, today
from communities.models import Membership

MINUTES_TO_REPLY = 10
# Of one person on one day.
MOST_REPLIED = 100


class RepliesElsewhere(Source):
    """Replies that somebody has planned; each goes once its page says that it was given."""

    name = "replies"
    label = gettext_lazy("Reply elsewhere")
    order = 35
    url_name = "animation:list-mentions"
    rests = None
    is_elsewhere = True

    def may(self, viewer: Membership) -> bool:
        return can_listen(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        rows = Mention.objects.heard().to_answer(today(scope.community)).select_related("source")
        return [self._matter(row, scope) for row in scope.narrowed(rows)[:limit]]

    def _matter(self, row: Mention, scope: Scope) -> Matter:
        assert row.reply_on is not None  # the query asks for those with a day
        start, end = moments(row.reply_on, row.reply_on, scope.community)
        return Matter(
            str(row.pk),
            _("Reply to “%(title)s”") % {"title": row.title},
            MINUTES_TO_REPLY,
            start,
            harm=1,
            due=end,
            facts=tuple(fact for fact in (row.source.name, row.author) if fact),
            url=reverse("animation:show-mention", args=[row.pk]),
            act=_("Reply"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        rows = Mention.objects.heard().filter(pk__in=keys)
        return {row.pk: Named(row.title, reverse("animation:show-mention", args=[row.pk])) for row in rows}

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Replies that were the viewer’s to give, and that the page says were given."""
        rows = Mention.objects.heard().filter(assignee=scope.viewer, replied_at__gte=since)
        given = rows.order_by("replied_at").values_list("pk", "replied_at")[:MOST_REPLIED]
        return [Elsewhere(pk, at, MINUTES_TO_REPLY) for pk, at in given if at is not None]


class MoreIsSaid(Source):
    """A name that was said more often than its own days before explain, today or yesterday."""

    name = "spikes"
    label = gettext_lazy("More is said than usual")
    order = 65
    url_name = "animation:show-voices"
    rests = datetime.timedelta(days=2)

    def may(self, viewer: Membership) -> bool:
        return can_listen(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        found = [one for one in spikes_now(scope.community) if scope.takes(one.name.pk)]
        return [self._matter(one, scope) for one in found[:limit]]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        page = reverse("animation:list-mentions")
        names = TrackedName.objects.living().filter(pk__in=keys)
        return {one.pk: Named(one.name, f"{page}?name={one.pk}") for one in names}

    def _matter(self, spike: Spike, scope: Scope) -> Matter:
        return Matter(
            str(spike.name.pk),
            spike_words(spike),
            5,
            moments(spike.day, spike.day, scope.community)[0],
            harm=1,
            url=f"{reverse('animation:list-mentions')}?name={spike.name.pk}",
            act=_("Read what is said"),
        )


def spike_words(spike: Spike) -> str:
    """The sentence with its numbers: how many, on which day, and what is usual."""
    words = ngettext(
        "“%(name)s” was named %(n)s time on %(day)s; usual is %(usual)s a day, and more than %(limit)s is a spike.",
        "“%(name)s” was named %(n)s times on %(day)s; usual is %(usual)s a day, and more than %(limit)s is a spike.",
        spike.n,
    )
    return words % {
        "name": spike.name.name,
        "n": number_format(spike.n),
        "day": date_format(spike.day, "j F"),
        "usual": number_format(spike.usual, 1),
        "limit": number_format(spike.limit, 1),
    }
