"""When a matter is to come back, and who is to see to it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.calendar import DAY, day_of, moment_at
from communities.dates import DayField
from communities.models import Community, Membership

MORNING, AFTERNOON = datetime.time(8), datetime.time(14)
LEAST, USUAL, MOST = 5, 30, 240  # minutes
OFFERED = (15, 30, 60)


def minutes_of(query: Any) -> int:
    """How much time somebody says they have; anything else is the usual half hour."""
    said = str(query.get("minutes", ""))
    return min(max(int(said), LEAST), MOST) if said.isdecimal() and len(said) < 5 else USUAL


def times_to_come_back(community: Community) -> list[tuple[str, Any]]:
    """What is offered; no afternoon once it has begun."""
    now = timezone.now()
    later = [("afternoon", _("This afternoon"))]
    begun = moment_at(day_of(now, community), AFTERNOON, community) <= now
    return [
        *([] if begun else later),
        ("tomorrow", _("Tomorrow")),
        ("monday", _("Next Monday")),
        ("day", _("On a day")),
    ]


class PostponeForm(forms.Form):
    when = forms.ChoiceField(choices=())
    day = DayField(required=False)

    def __init__(self, data: Any, *, community: Community) -> None:
        super().__init__(data)
        self.community = community
        self.fields["when"].choices = times_to_come_back(community)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("when") == "day" and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose a day."))
        return data

    def until(self) -> datetime.datetime:
        """When it comes back, where the community is."""
        today, when = day_of(timezone.now(), self.community), self.cleaned_data["when"]
        if when == "afternoon":
            return moment_at(today, AFTERNOON, self.community)
        if when == "day":
            return moment_at(self.cleaned_data["day"], MORNING, self.community)
        ahead = 1 if when == "tomorrow" else 7 - today.weekday()
        return moment_at(today + ahead * DAY, MORNING, self.community)


class GiveForm(forms.Form):
    to = forms.IntegerField(min_value=1)

    def person(self) -> Membership | None:
        found: Membership | None = Membership.objects.active().filter(pk=self.cleaned_data["to"]).first()
        return found
