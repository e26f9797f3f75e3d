"""What the journal knows of featured threads, how that is undone, and their ends when the time zone changes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from communities.content.models import Thread
from communities.forums.featuring import ACT, feature_thread, kept_of, unfeature_thread
from communities.forums.models import FeaturedThread
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership
from communities.planned import Planned, register_planned


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("Featured thread"),
            {"featured": gettext_lazy("Featured"), "until": gettext_lazy("Until")},
            present=_present,
            undo=_undo,
            shown=_shown,
        )
    )
    register_planned(
        Planned(
            "featured threads",
            order=18,
            fields=("ends_at",),
            rows=lambda now: FeaturedThread.objects.filter(ends_at__gt=now),
            said=lambda n: (
                ngettext("the end of %(n)s featured thread", "the end of %(n)s featured threads", n)
                % {"n": n}
            ),
        )
    )


def _thread(change: Change) -> Thread:
    found: Thread | None = Thread.objects.select_related("space").filter(pk=int(change.about)).first()
    if found is None:
        raise NothingToUndo
    return found


def _present(change: Change) -> Mapping[str, Any]:
    row = FeaturedThread.objects.filter(thread=_thread(change)).first()
    now = kept_of(row, change.place_now())
    plain = now | {"until": now["until"].isoformat() if now["until"] else None}
    return {name: plain[name] for name in change.after}


def _undo(change: Change, by: Membership) -> None:
    thread, community = _thread(change), change.place_now()
    was = dict(change.after) | dict(change.before)
    if not was.get("featured", True):
        unfeature_thread(thread, by=by, community=community)
        return
    until = was.get("until")
    day = datetime.date.fromisoformat(until) if until else None
    feature_thread(thread, by=by, community=community, until=day)


def _shown(name: str, value: Any) -> str | None:
    if name == "featured":
        return gettext("yes") if value else gettext("no")
    return date_format(datetime.date.fromisoformat(value)) if value else gettext("open-ended")
