"""An event to write, to change or to cancel."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from communities.calendar import time_zones
from communities.content.folds import Fold, Part, folds
from communities.content.forms import BodyForm
from communities.content.tag_input import TagsField
from communities.dates import DayField, MomentField, MomentInput, example_day
from communities.events.models import (
    LONGEST,
    LONGEST_QUESTION,
    MOST_GUESTS,
    MOST_PLACES,
    MOST_QUESTIONS,
    Event,
)
from communities.events.series import Series, Wish, local
from communities.events.services import Facts, Written, stored_facts
from communities.events.teams import FEWEST_IN_TEAM, MOST_IN_TEAM
from communities.events.wording import repeats_said
from communities.fields import one_line
from communities.figures import WholeField
from communities.models import Community

# Those that are typed by the clocks of the event.
MOMENTS = ("starts_at", "ends_at", "registers_until")
PARTS = (
    Part(_("Repeats"), [["repeats", "repeats_until"]], _("Once")),
    Part(
        _("Who can come"),
        [["capacity", "guests_each"], ["team_size"], ["questions"], ["registers_until"]],
        _("no limit, no questions"),
    ),
    Part(_("Price"), [["price", "price_url"]], _("not stated")),
    Part(_("Link to a map"), [["map_url"]], pgettext_lazy("a link", "none")),
    Part(_("Tags"), [["tags"]], pgettext_lazy("tags", "none")),
)


class HourThere(MomentInput):
    """By the clocks of the zone that stands beside it, whichever that is."""

    def hint(self) -> str:
        example = f"{example_day()} 18:30"
        return pgettext("how a date is typed", "For example %(day)s") % {"day": example}


class AddressField(forms.URLField):
    """A web address; only one that a browser opens as a page."""

    def __init__(self, **options: Any) -> None:
        wrong = _("Write a web address, such as https://example.org.")
        super().__init__(
            assume_scheme="https",
            max_length=500,
            required=False,
            error_messages={"invalid": wrong},
            **options,
        )
        self.validators = [
            *(one for one in self.validators if not isinstance(one, URLValidator)),
            URLValidator(schemes=["http", "https"], message=wrong),
        ]
        self.widget.attrs["placeholder"] = "https://"


def zones(community: Community) -> list[tuple[str, str]]:
    """The community’s own first; all that a community can have had, so that an event keeps its own."""
    known = [name for name in time_zones() if "/" in name or name == "UTC"]
    names = [community.time_zone, *(name for name in known if name != community.time_zone)]
    return [(name, name.replace("_", " ")) for name in names]


class FactsForm(forms.Form):
    """All of an event but its text."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    starts_at = MomentField(label=_("Starts"), widget=HourThere)
    ends_at = MomentField(label=_("Ends"), widget=HourThere)
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("The times above are in this time zone."))
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("As you would tell a taxi: name, street, town."),
    )
    map_url = AddressField(label=_("Link to a map"))
    online_url = AddressField(
        label=_("Online address"), help_text=_("Shown only to people who are registered and have a place.")
    )
    capacity = WholeField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text=_("Guests count. Leave it empty for no limit."),
    )
    guests_each = WholeField(
        label=_("Guests per person"), required=False, min_value=0, max_value=MOST_GUESTS, initial=0
    )
    team_size = WholeField(
        label=_("Size of a team"),
        required=False,
        min_value=FEWEST_IN_TEAM,
        max_value=MOST_IN_TEAM,
        help_text=_("If people come in teams: how many to a team. Places then count teams."),
    )
    questions = forms.CharField(
        label=_("Questions for those who register"),
        required=False,
        max_length=2 * (LONGEST_QUESTION + 1) * MOST_QUESTIONS,
        widget=forms.Textarea({"rows": 3, "class": "input"}),
        help_text=_(
            "One per line, five at most. Each has to be answered, and only the organisers read the "
            "answers: ask only what you need."
        ),
    )
    registers_until = MomentField(
        label=_("Registration ends"),
        required=False,
        widget=HourThere,
        help_text=_("Leave it empty to let people register until it starts."),
    )
    repeats = forms.ChoiceField(
        label=_("How often"),
        choices=[("", _("Once")), *Series.Every.choices],
        required=False,
        widget=forms.Select({"class": "input"}),
        help_text=_("Each date has its own page and its own list; they are announced eight weeks ahead."),
    )
    repeats_until = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty if there is no end yet.")
    )
    price = forms.CharField(
        label=_("Price"),
        max_length=120,
        required=False,
        help_text=_("In words: “free”, “12 €, on the spot”."),
    )
    price_url = AddressField(label=_("Where to pay"))
    tags = TagsField()

    def __init__(self, *args: Any, community: Community, tagged: bool = True, **options: Any) -> None:
        """`tagged` where there are tags."""
        super().__init__(*args, **options)
        if not tagged:
            del self.fields["tags"]
        choices = zones(community)
        self.fields["zone"] = forms.ChoiceField(
            label=self.fields["zone"].label,
            help_text=self.fields["zone"].help_text,
            choices=choices,
            initial=community.time_zone,
            widget=forms.Select({"class": "input"}),
        )

    def zone_fold(self) -> Iterator[Fold]:
        """By whose clocks: that of the community, unless somebody says otherwise."""
        usual = str(self.fields["zone"].initial).replace("_", " ")
        return folds(self, [Part(_("Time zone"), [["zone"]], usual)])

    def folds(self) -> Iterator[Fold]:
        """What an event can do without."""
        return folds(self, self.parts())

    def parts(self) -> Sequence[Part]:
        return PARTS

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_place(self) -> str:
        return one_line(self.cleaned_data["place"])

    def clean_price(self) -> str:
        return one_line(self.cleaned_data["price"])

    def clean_questions(self) -> str:
        lines = dict.fromkeys(one_line(line) for line in self.cleaned_data["questions"].splitlines())
        lines.pop("", None)
        if len(lines) > MOST_QUESTIONS:
            raise forms.ValidationError(
                ngettext("%(most)s question at most.", "%(most)s questions at most.", MOST_QUESTIONS)
                % {"most": MOST_QUESTIONS}
            )
        if any(len(line) > LONGEST_QUESTION for line in lines):
            raise forms.ValidationError(
                ngettext(
                    "A question has %(most)s character at most.",
                    "A question has %(most)s characters at most.",
                    LONGEST_QUESTION,
                )
                % {"most": LONGEST_QUESTION}
            )
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if zone := data.get("zone"):
            for name in MOMENTS:
                if data.get(name) is not None:
                    data[name] = timezone.localtime(data[name]).replace(tzinfo=ZoneInfo(zone))
        self._check_hours(data)
        self._check_end(data)
        if data.get("team_size") and data.get("guests_each"):
            self.add_error("guests_each", _("People who come in teams cannot bring guests."))
        if not self.errors.keys() & {"place", "online_url"} and not (
            data.get("place") or data.get("online_url")
        ):
            self.add_error("place", _("Say where it takes place, or give an online address."))
        return data

    def _check_hours(self, data: dict[str, Any]) -> None:
        starts, ends, until = (data.get(name) for name in MOMENTS)
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It must end after it starts."))
        elif starts and ends and ends - starts > LONGEST:
            self.add_error(
                "ends_at",
                ngettext(
                    "An event lasts %(n)s day at most.", "An event lasts %(n)s days at most.", LONGEST.days
                )
                % {"n": LONGEST.days},
            )
        elif ends and self.must_come and ends <= timezone.now():
            self.add_error("ends_at", _("This is in the past. Choose a later moment."))
        if starts and until and until > starts:
            self.add_error(
                "registers_until", _("Registration ends before the event starts, or as it starts.")
            )

    def _check_end(self, data: dict[str, Any]) -> None:
        starts, until = data.get("starts_at"), data.get("repeats_until")
        if until and "repeats" in self.fields and not data.get("repeats"):
            self.add_error("repeats_until", _("Say how it repeats, or leave this empty."))
        elif until and starts and until < starts.date():
            self.add_error("repeats_until", _("It must not be before the first date."))

    # Whether it must be to come: what is announced, not what is corrected.
    must_come = False

    def ends_after(self) -> datetime.datetime | None:
        """The moment after which it repeats no more: the end of the last day, by the clocks that were typed."""
        data = self.cleaned_data
        day = data.get("repeats_until")
        if day is None:
            return None
        return datetime.datetime.combine(day, datetime.time.max, ZoneInfo(data["zone"]))

    def wish(self) -> Wish | None:
        every = self.cleaned_data.get("repeats")
        return Wish(every, self.ends_after()) if every else None

    def facts(self) -> Facts:
        data = self.cleaned_data
        values = {name: data[name] for name in Facts.__dataclass_fields__}
        return Facts(**values | {"guests_each": data["guests_each"] or 0})


class NewEventForm(FactsForm, BodyForm):
    """A new event, with its text."""

    must_come = True
    keeps = False

    def __init__(self, *args: Any, key: str, **options: Any) -> None:
        super().__init__(*args, key=key, **options)
        self.fields["body"].label = _("What it is, and what to bring")

    def written(self, arguments: dict[str, Any]) -> Written:
        """`arguments`: `text_arguments`, with a picture that came with the form."""
        return Written(title=self.cleaned_data["title"], tags=self.cleaned_data.get("tags", ()), **arguments)

    def text_arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


class ReportForm(BodyForm):
    """What an organiser says of an event that is over."""

    keeps = False

    def __init__(self, *args: Any, key: str, **options: Any) -> None:
        super().__init__(*args, key=key, **options)
        self.fields["body"].label = _("How it was")

    def text_arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


class Scope(models.TextChoices):
    """Which dates of a series are meant."""

    THIS = "this", _("This date alone")
    FOLLOWING = "following", _("This date and all that follow")
    ALL = "all", _("All future dates")


class ChangeEventForm(FactsForm):
    """The same without its text, which is a post and has a page of its own. Of a series it asks which dates are meant,
    and how it repeats is settled."""

    scope = forms.ChoiceField(
        label=_("Which dates?"),
        choices=Scope.choices,
        initial=Scope.THIS,
        widget=forms.RadioSelect,
        help_text=_(
            "Dates that were changed individually keep their changes. Where a date and all that "
            "follow were changed, they became a series of their own: “all” then means that series."
        ),
    )

    def __init__(self, *args: Any, event: Event | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._how_often = ""
        if event is None or event.series is None:
            del self.fields["scope"]
            return
        del self.fields["repeats"]
        self._how_often = repeats_said(event.series)
        if event.slot == event.series.starts_at and not event.thread.is_published:
            # There is no other yet.
            del self.fields["scope"]
        self.fields["repeats_until"].help_text = _(
            "For the series, if you change all dates or those that follow. Leave it empty if there "
            "is no end yet."
        )

    def parts(self) -> Sequence[Part]:
        """Of a date of a series its line says how that repeats, not that it happens once."""
        if not self._how_often:
            return PARTS
        first, *others = PARTS
        return [replace(first, always=self._how_often), *others]

    def _check_end(self, data: dict[str, Any]) -> None:
        if "scope" not in self.fields or data.get("scope") != Scope.THIS:
            super()._check_end(data)

    @property
    def scope_meant(self) -> str:
        return str(self.cleaned_data.get("scope") or Scope.FOLLOWING)


def said_of(event: Event | None) -> dict[str, Any]:
    """An event as its form says it, its hours by its own clocks."""
    if event is None:
        return {}
    said = stored_facts(event)
    series = event.series
    if series is not None and series.until is not None:
        said["repeats_until"] = local(series.until, series.clock).date()
    for name in MOMENTS:
        moment: datetime.datetime | None = said[name]
        said[name] = moment.astimezone(event.clock).replace(tzinfo=None) if moment else None
    return said


class CancelForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("Which dates?"),
        choices=[choice for choice in Scope.choices if choice[0] != Scope.ALL],
        initial=Scope.THIS,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        help_text=_("Everybody who registered reads it, and it is shown on the page."),
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        if event.series_id is None:
            del self.fields["scope"]

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])
