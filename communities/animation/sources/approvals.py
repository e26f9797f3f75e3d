"""Drafts that wait for somebody’s word before they appear, whatever kind of text asks for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.permissions import can_see_today
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.content.kinds import KINDS, kind_of
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.models import Membership

MINUTES_TO_READ = 15


class Approvals(Source):
    """Each kind of content says which of its drafts wait for whom; one goes once it is decided about."""

    name = "approvals"
    label = gettext_lazy("Text to approve")
    task = gettext_lazy("Read texts that authors have sent, and approve them or give them back")
    order = 38
    rests = None

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        found: list[Any] = []
        for waiting in _waiting(scope):
            rows = scope.narrowed(waiting).select_related("space", "author")
            found += list(rows.order_by("waits_since", "pk")[:limit])
        found.sort(key=lambda thread: (thread.waits_since, thread.pk))
        return [self._matter(thread, scope) for thread in found[:limit]]

    def _matter(self, thread: Any, scope: Scope) -> Matter:
        days = (scope.now - thread.waits_since).days
        waits = ngettext("sent %(n)s day ago", "sent %(n)s days ago", days) % {"n": days}
        return Matter(
            str(thread.pk),
            _("“%(title)s” awaits your approval") % {"title": thread.title},
            MINUTES_TO_READ,
            thread.waits_since,
            people=1,
            facts=(waits if days else _("sent today"), thread.space.name),
            url=kind_of(thread).approving_url(thread),
            act=_("Read it"),
            quoted=thread.author,
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        found = Thread.objects.reachable_by(scope.reader).filter(pk__in=keys).select_related("space")
        return {thread.pk: Named(thread.title, thread.get_absolute_url()) for thread in found}


def _waiting(scope: Scope) -> list[ThreadQuerySet]:
    asked = [kind.to_approve(scope.reader, scope.viewer) for kind in KINDS]
    return [waiting for waiting in asked if waiting is not None]
