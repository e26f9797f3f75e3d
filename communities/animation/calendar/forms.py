"""A text to plan, a day to move it to, an idea to note."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from communities.animation.calendar.models import Entry, Ritual
from communities.animation.calendar.permissions import can_edit_calendar, can_own_entry
from communities.animation.calendar.rituals import RitualWishes
from communities.animation.calendar.services import Plan
from communities.animation.calendar.showing import open_spaces
from communities.content.kinds import KINDS, THREAD_KINDS
from communities.content.models import Space, SpaceAuthor
from communities.dates import DayField, HourField
from communities.models import Community, Membership

MOST_NAMED = 80


def owners_offered(present: Membership | None = None) -> list[Membership]:
    """The team, and named authors of spaces; whoever has it now stays among them."""
    authors = SpaceAuthor.objects.values("membership_id")
    team = list(Membership.objects.team().order_by("display_name", "pk")[:MOST_NAMED])
    named = Membership.objects.active().filter(pk__in=authors).order_by("display_name", "pk")[:MOST_NAMED]
    people = {one.pk: one for one in (*team, *named) if can_own_entry(one)}
    if present is not None:
        people.setdefault(present.pk, present)
    return sorted(people.values(), key=lambda one: one.display_name.casefold())


def kinds_offered() -> list[tuple[str, str]]:
    return [(one.name, str(one.label)) for kind in KINDS for one in kind.thread_kinds if one.offered]


class TextForm(forms.Form):
    """What is to be written, where, by whom."""

    title = forms.CharField(label=_("Working title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    space = forms.ChoiceField(label=_("Space"), required=False)
    brief = forms.CharField(
        label=_("Brief"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What it is about, for whom, how long. The draft begins with it."),
    )
    owner = forms.ChoiceField(label=_("Who writes it"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self, community: Community, by: Membership, owner: Membership | None) -> None:
        """Fill in what this person can choose; `owner` is who has it now."""
        self.spaces = {str(space.pk): space for space in open_spaces(community, by)}
        self.owners = {str(one.pk): one for one in owners_offered(owner)}
        choices: dict[str, list[tuple[str, Any]]] = {
            "kind": kinds_offered(),
            "space": [("", _("Not chosen yet")), *((key, one.name) for key, one in self.spaces.items())],
            "owner": [("", _("Nobody yet")), *((key, str(one)) for key, one in self.owners.items())],
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        space, kind = self.space_said(), data.get("kind")
        if space is not None and kind and not fits(space, kind):
            words = {"space": space.name, "kind": THREAD_KINDS[kind].label}
            refusal = _("“%(space)s” does not take this kind of text: %(kind)s.")
            self.add_error("space", forms.ValidationError(refusal, params=words, code="kind"))
        return data

    def space_said(self) -> Space | None:
        return self.spaces.get(self.cleaned_data.get("space") or "")

    def owner_said(self) -> Membership | None:
        return self.owners.get(self.cleaned_data.get("owner") or "")


class PlanForm(TextForm):
    """A text for a day, or an idea without one."""

    day = DayField(label=_("Day"), required=False, help_text=_("Without a day it is an idea in the backlog."))
    hour = HourField(label=_("Hour"), required=False)
    step = forms.ChoiceField(label=_("State"), choices=Entry.Step.choices, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        community: Community,
        by: Membership,
        entry: Entry | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Who does not plan notes an idea, which has neither day nor owner."""
        super().__init__(data, initial={**(_values(entry) if entry else {}), **(initial or {})})
        self.offer(community, by, entry.owner if entry is not None else None)
        if not can_edit_calendar(by):
            for name in ("owner", "day", "hour"):
                del self.fields[name]
        if entry is None:
            del self.fields["step"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("hour") and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("A time needs a day."))
        return data

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            title=data["title"],
            kind=data["kind"],
            space=self.space_said(),
            brief=data["brief"],
            owner=self.owner_said(),
            day=data.get("day"),
            hour=data.get("hour"),
            step=data.get("step") or Entry.Step.IDEA,
        )


class RitualForm(TextForm):
    """A text that comes every week."""

    weekday = forms.TypedChoiceField(label=_("Every"), coerce=int)
    hour = HourField(label=_("Hour"))
    ahead = forms.IntegerField(
        label=_("Days ahead"),
        min_value=1,
        max_value=21,
        help_text=_("It is set up as a draft this many days ahead, and whoever writes it is told."),
    )
    field_order = ("title", "kind", "space", "weekday", "hour", "ahead", "owner", "brief", "version")

    def __init__(
        self, data: Any = None, *, community: Community, by: Membership, ritual: Ritual | None = None
    ) -> None:
        start = {"weekday": 0, "hour": datetime.time(9), "ahead": 3}
        if ritual is not None:
            start = {**ritual.values(), "version": ritual.version}
        super().__init__(data, initial={name: "" if said is None else said for name, said in start.items()})
        self.offer(community, by, ritual.owner if ritual is not None else None)
        weekday: Any = self.fields["weekday"]
        weekday.choices = list(WEEKDAYS.items())

    def wishes(self) -> RitualWishes:
        data = self.cleaned_data
        return RitualWishes(
            title=data["title"],
            kind=data["kind"],
            weekday=data["weekday"],
            hour=data["hour"],
            space=self.space_said(),
            brief=data["brief"],
            owner=self.owner_said(),
            ahead=data["ahead"],
        )


def fits(space: Space, kind: str) -> bool:
    """Whether a text of this kind can be started in a space."""
    return THREAD_KINDS[kind].kind.name == space.kind and bool(space.takes(kind))


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "kind": entry.kind,
        "space": entry.space_id or "",
        "brief": entry.brief,
        "owner": entry.owner_id or "",
        "day": entry.day,
        "hour": entry.hour,
        "step": entry.step,
        "version": entry.version,
    }


class MoveForm(forms.Form):
    """Where a card is put; without a day, back among the ideas."""

    day = DayField(label=_("Day"), required=False)
    hour = HourField(label=_("Hour"), required=False)
    keeps_hour = forms.BooleanField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    back = forms.CharField(required=False, widget=forms.HiddenInput)

    def put(self, entry: Entry) -> tuple[datetime.date | None, datetime.time | None]:
        """The day and hour that were said; a card that is dragged keeps its hour."""
        data = self.cleaned_data
        hour = entry.hour if data["keeps_hour"] else data["hour"]
        return data["day"], hour if data["day"] else None
