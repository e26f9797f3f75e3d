"""Answers that were promised by a day that has passed, whatever kind of text waits for them."""

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


class Promises(Source):
    """Each kind of content says of which of its threads an answer was promised; it goes once there is one."""

    name = "promises"
    label = gettext_lazy("Overdue answer")
    order = 35
    rests = None

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        day, found = today(scope.community), []
        for kind in KINDS:
            promised = kind.promised(scope.reader, scope.viewer)
            if promised is not None:
                late = scope.narrowed(promised.filter(due_on__lt=day)).select_related("space")
                found += list(late.order_by("due_on", "pk")[:limit])
        found.sort(key=lambda thread: (thread.due_on, thread.pk))
        return [self._matter(thread, scope) for thread in found[:limit]]

    def _matter(self, thread: Any, scope: Scope) -> Matter:
        since, _end = moments(thread.due_on, thread.due_on, scope.community)
        days = (today(scope.community) - thread.due_on).days
        late = ngettext("promised, %(n)s day late", "promised, %(n)s days late", days) % {"n": days}
        return Matter(
            str(thread.pk),
            thread.title,
            MINUTES_TO_ANSWER,
            since,
            people=thread.waiting,
            due=since,
            facts=(late, thread.space.name),
            url=thread.get_absolute_url(),
            act=_("Open and answer"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = Thread.objects.visible_to(scope.reader).filter(pk__in=keys).select_related("space")
        return {thread.pk: Named(thread.title, thread.get_absolute_url()) for thread in found}
