"""Threads that somebody of the team was given to answer, whatever kind of content they are of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.permissions import can_see_today
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.calendar import moments, today
from communities.content.kinds import KINDS
from communities.content.models import Thread
from communities.models import Membership

MINUTES_TO_ANSWER = 10


class Assigned(Source):
    """Each kind of content says which of its threads were given to whom; one goes once they have answered it."""

    name = "assigned"
    label = gettext_lazy("Thread given to you")
    order = 36
    rests = None

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        found: list[Any] = []
        for kind in KINDS:
            given = kind.assigned(scope.reader, scope.viewer)
            if given is not None:
                rows = scope.narrowed(given).select_related("space")
                found += list(rows.order_by("due_on", "pk")[:limit])
        found.sort(key=lambda thread: (thread.due_on, thread.pk))
        return [self._matter(thread, scope) for thread in found[:limit]]

    def _matter(self, thread: Any, scope: Scope) -> Matter:
        since, end = moments(thread.due_on, thread.due_on, scope.community)
        facts = [_when(thread, scope), thread.space.name]
        if thread.given_by:
            facts.append(_("given by %(name)s") % {"name": thread.given_by})
        return Matter(
            str(thread.pk),
            thread.title,
            MINUTES_TO_ANSWER,
            since,
            people=1,
            due=end,
            facts=tuple(facts),
            url=thread.get_absolute_url(),
            act=_("Open and answer"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = Thread.objects.visible_to(scope.reader).filter(pk__in=keys).select_related("space")
        return {thread.pk: Named(thread.title, thread.get_absolute_url()) for thread in found}


def _when(thread: Any, scope: Scope) -> str:
    days = (thread.due_on - today(scope.community)).days
    if days == 0:
        return _("to be answered today")
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    return ngettext("to be answered in %(n)s day", "to be answered in %(n)s days", days) % {"n": days}
