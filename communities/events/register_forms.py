"""A registration as its sender says it, and somebody whom an organiser puts on a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.content.handles import HandleField
from communities.events.exceptions import TeamGone, Unanswered
from communities.events.models import LONGEST_ANSWER, MOST_GUESTS, Event, Registration
from communities.events.teaming import TeamWish
from communities.events.teams import LONGEST_NAME, Team
from communities.figures import WholeField

# Teams with room that a form offers.
MOST_OFFERED = 100


class RegisterForm(forms.Form):
    """Coming, with so many guests, and the answers to what is asked."""

    guests = WholeField(
        label=_("Guests you bring"), required=False, min_value=0, max_value=MOST_GUESTS, initial=0
    )
    # Whether its sender agrees to wait for a place.
    wait = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, joined: bool = False, **options: Any) -> None:
        """`joined`: its sender is registered, and in a team, already."""
        super().__init__(*args, **options)
        if event.guests_each:
            field = self.fields["guests"]
            field.help_text = gettext("%(most)s at most.") % {"most": event.guests_each}
        else:
            del self.fields["guests"]
        self.has_teams = bool(event.team_size) and not joined
        if self.has_teams:
            self._ask_for_team(event)
        # Questions are words of people: no name of a field is made of one.
        self.asked = {f"answer_{place}": question for place, question in enumerate(event.asked, 1)}
        for name, question in self.asked.items():
            self.fields[name] = forms.CharField(
                label=question,
                max_length=LONGEST_ANSWER,
                error_messages={"required": Unanswered.message},
                widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
            )

    def _ask_for_team(self, event: Event) -> None:
        """To found one or, where there is one with room, to join it."""
        self.fields["team_name"] = forms.CharField(
            label=_("Name of your team"),
            max_length=LONGEST_NAME,
            required=False,
            widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
        )
        size = event.team_size or 0
        teams = Team.objects.of(event).with_room(size).in_order()[:MOST_OFFERED]
        said = _("%(team)s (%(n)s of %(size)s)")
        rooms = [
            (team.pk, said % {"team": team.name, "n": getattr(team, "people", 0), "size": size})
            for team in teams
        ]
        if rooms:
            self.fields["team"] = forms.TypedChoiceField(
                label=_("Team"),
                choices=[("", _("Start a new one")), *rooms],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.Select({"class": "input", "dir": "auto"}),
                error_messages={"invalid_choice": TeamGone.message},
            )
            self.fields["team_name"].help_text = _("Only if you start a new one.")

    @property
    def team(self) -> TeamWish:
        data = self.cleaned_data
        return TeamWish(data.get("team"), data.get("team_name") or "")

    def team_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("team", "team_name") if name in self.fields]

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to say but that one comes."""
        return "guests" in self.fields or bool(self.asked)

    def answer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def answers(self) -> dict[str, str]:
        """By the question."""
        return {question: self.cleaned_data[name] for name, question in self.asked.items()}

    @property
    def brought(self) -> int:
        return int(self.cleaned_data.get("guests") or 0)


def registered_as(event: Event, mine: Registration | None) -> dict[str, Any]:
    """What somebody said when they registered, as the form says it."""
    if mine is None:
        return {"guests": 0}
    told = {f"answer_{place}": mine.answers.get(asked, "") for place, asked in enumerate(event.asked, 1)}
    return {"guests": mine.guests, **told}


class PersonForm(forms.Form):
    """Somebody to put on the list; in a team, where people come in teams."""

    person = HandleField(
        label=_("Put somebody on the list"), help_text=_("Their handle, with or without @. They are told.")
    )
    team = forms.CharField(
        label=_("Team"),
        max_length=LONGEST_NAME,
        help_text=_("Its name; a new one is started if there is none with this name."),
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        if not event.team_size:
            del self.fields["team"]
