"""A text to plan, a day to move it to, an idea to note."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.animation.calendar.models import Entry
from communities.animation.calendar.permissions import can_own_entry
from communities.animation.calendar.services import Plan
from communities.animation.calendar.showing import open_spaces
from communities.calendar import check_near
from communities.content.kinds import KINDS, THREAD_KINDS
from communities.content.models import Space, SpaceAuthor
from communities.models import Community, Membership

MOST_NAMED = 80


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, validators=[check_near], **options)


class HourField(forms.TimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


def owners_offered(entry: Entry | None = None) -> list[Membership]:
    """The team, and named authors of spaces; whoever has it now stays among them."""
    authors = SpaceAuthor.objects.values("membership_id")
    team = list(Membership.objects.team().order_by("display_name", "pk")[:MOST_NAMED])
    named = Membership.objects.active().filter(pk__in=authors).order_by("display_name", "pk")[:MOST_NAMED]
    people = {one.pk: one for one in (*team, *named) if can_own_entry(one)}
    if entry is not None and entry.owner is not None:
        people.setdefault(entry.owner.pk, entry.owner)
    return sorted(people.values(), key=lambda one: one.display_name.casefold())


def kinds_offered() -> list[tuple[str, str]]:
    return [(one.name, str(one.label)) for kind in KINDS for one in kind.thread_kinds if one.offered]


class PlanForm(forms.Form):
    """What is to be written, where, by whom, when."""

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
    day = DayField(label=_("Day"), required=False, help_text=_("Without a day it is an idea in the backlog."))
    hour = HourField(label=_("Hour"), required=False)
    step = forms.ChoiceField(label=_("State"), choices=Entry.Step.choices, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        community: Community,
        entry: Entry | None = None,
        plans: bool = True,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """`plans` is whether this person gives texts a day and an owner; without it they note an idea."""
        super().__init__(data, initial={**(_values(entry) if entry else {}), **(initial or {})})
        self.spaces = {str(space.pk): space for space in open_spaces(community)}
        self.owners: dict[str, Membership] = {}
        kind: Any = self.fields["kind"]
        kind.choices = kinds_offered()
        space: Any = self.fields["space"]
        space.choices = [("", _("Not chosen yet")), *((key, one.name) for key, one in self.spaces.items())]
        if plans:
            self.owners = {str(one.pk): one for one in owners_offered(entry)}
            owner: Any = self.fields["owner"]
            owner.choices = [("", _("Nobody yet")), *((key, str(one)) for key, one in self.owners.items())]
        else:
            for name in ("owner", "day", "hour", "step"):
                del self.fields[name]
        if entry is None:
            self.fields.pop("step", None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("hour") and not data.get("day") and "day" not in self.errors:
            self.add_error("day", _("An hour needs a day."))
        space, kind = self._space(), data.get("kind")
        if space is not None and kind and not fits(space, kind):
            words = {"space": space.name, "kind": THREAD_KINDS[kind].label}
            self.add_error(
                "space",
                forms.ValidationError(
                    _("“%(space)s” does not take this kind of text: %(kind)s."), params=words, code="kind"
                ),
            )
        return data

    def _space(self) -> Space | None:
        return self.spaces.get(self.cleaned_data.get("space") or "")

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            title=data["title"],
            kind=data["kind"],
            space=self._space(),
            brief=data["brief"],
            owner=self.owners.get(data.get("owner") or ""),
            day=data.get("day"),
            hour=data.get("hour"),
            step=data.get("step") or Entry.Step.IDEA,
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
