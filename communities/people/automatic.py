"""What automations may begin with here, and ask of a person: gone quiet, not of the team, at most so far trusted."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.automatic import (
    PERSON,
    Condition,
    Found,
    Occurrence,
    Span,
    Trigger,
    Values,
    conditions,
    number_in,
    triggers,
)
from communities.models import Community, Membership
from communities.people.levels import HIGHEST, LEVELS

DAY = datetime.timedelta(days=1)
MOST_DAYS = 365


class Inactive(Trigger):
    """A member has not been seen for so many days. Of who came back since, the past says nothing any more."""

    name = "inactive"
    label = _("a member has not been here for … days")
    order = 50
    is_state = True
    gives = frozenset({PERSON})

    def fields(self, community: Community) -> dict[str, forms.Field]:
        return {"days": forms.IntegerField(label=_("Days"), min_value=7, max_value=MOST_DAYS, initial=60)}

    def said(self, values: Values) -> str:
        days = _days(values)
        return ngettext(
            "a member has not been here for %(n)s day", "a member has not been here for %(n)s days", days
        ) % {"n": days}

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        wait = _days(values) * DAY
        people = Membership.objects.shown().filter(span.holding("seen_at", wait))
        rows = people.order_by("seen_at", "pk")[: span.most]
        return [
            Occurrence(f"member {row.pk}", row.seen_at + wait, person=row.pk, row=row.pk)
            for row in rows
            if row.seen_at
        ]

    def lasts(self, values: Values) -> datetime.timedelta:
        return _days(values) * DAY

    def holds(self, found: Found, values: Values) -> bool:
        seen = found.person.seen_at if found.person is not None else None
        return seen is not None and seen <= found.now - _days(values) * DAY


def _days(values: Values) -> int:
    return number_in(values, "days", 60, most=MOST_DAYS)


class LevelAtMost(Condition):
    """Of a person: how far they are trusted."""

    name = "level"
    label = _("their level is at most")
    order = 40
    needs = frozenset({PERSON})

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        return [(str(level), str(word)) for level, word in LEVELS if level < HIGHEST]

    def holds(self, found: Found, key: str) -> bool:
        return found.person is not None and key.isdecimal() and found.person.trust_level <= int(key)


class Standing(Condition):
    """Of a person: whether they belong to the team."""

    name = "standing"
    label = _("they are")
    order = 20
    needs = frozenset({PERSON})

    def choices(self, community: Community) -> Sequence[tuple[str, str]]:
        return [("members", str(_("not on the team"))), ("team", str(_("on the team")))]

    def holds(self, found: Found, key: str) -> bool:
        return found.person is not None and found.person.is_staff == (key == "team")


def register() -> None:
    triggers.register(Inactive())
    conditions.register(LevelAtMost())
    conditions.register(Standing())
