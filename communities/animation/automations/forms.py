"""The sentence as a form: first what begins it and what is done, then what these two ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.animation.automations.models import LONGEST_WORDS, Automation
from communities.animation.automations.services import AutomationWishes
from communities.automatic import Automatic, Trigger, automatics, conditions, triggers
from communities.models import Community, Membership

MOST_NAMED = 80
MOST_CONDITIONS = 2
DAYS = ((1, _("24 hours")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("a year")))
MINUTES = ((0, _("no time")), (10, _("10 minutes")), (60, _("an hour")), (1440, _("24 hours")))


class PartsForm(forms.Form):
    """What begins it and what is done. Read from the address, so that a page can be kept."""

    when = forms.ChoiceField(label=_("When"))
    then = forms.ChoiceField(label=pgettext_lazy("automation", "Then"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        when: Any = self.fields["when"]
        then: Any = self.fields["then"]
        when.choices = [(one.name, str(one.label)) for one in triggers]
        then.choices = [(one.name, str(one.label)) for one in automatics]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("when") and data.get("then"):
            trigger, act = triggers[data["when"]], automatics[data["then"]]
            if not act.takes(trigger):
                refusal = _("This cannot follow here: “%(when)s” does not lead to what it needs.")
                self.add_error(
                    "then", ValidationError(refusal, params={"when": trigger.label}, code="does_not_follow")
                )
        return data

    @property
    def parts(self) -> tuple[Trigger, Automatic]:
        return triggers[self.cleaned_data["when"]], automatics[self.cleaned_data["then"]]


class AutomationForm(forms.Form):
    """What a trigger and an act ask, with conditions and limits. Its fields begin with `when_`, `if_`, `then_`."""

    daily = forms.IntegerField(label=_("Runs in 24 hours"), min_value=1, max_value=200, initial=10)
    person_days = forms.TypedChoiceField(
        label=_("Never twice for one person within"), coerce=int, choices=DAYS, initial=30
    )
    pause = forms.TypedChoiceField(
        label=_("Minimum time between two runs"), coerce=int, choices=MINUTES, initial=0
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        community: Community,
        trigger: Trigger,
        act: Automatic,
        automation: Automation | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        known = _values(automation) if automation is not None else {}
        super().__init__(data, initial={**known, **(initial or {})})
        self.trigger, self.act, self.community = trigger, act, community
        for name, field in trigger.fields(community).items():
            self.fields[f"when_{name}"] = field
        for name, field in act.fields(community).items():
            self.fields[f"then_{name}"] = field
        self._add_conditions(automation)
        if act.asks_to:
            self._add_people(automation.to if automation is not None else None)
        if act.asks_words:
            self.fields["words"] = forms.CharField(
                label=_("Your words"),
                max_length=LONGEST_WORDS,
                widget=forms.Textarea(attrs={"rows": 6}),
                help_text=_("{name} stands for their name. They read that it is sent automatically."),
            )

    def _add_conditions(self, automation: Automation | None) -> None:
        offered: list[tuple[str, list[tuple[str, str]]]] = []
        for condition in conditions:
            if condition.needs <= self.trigger.gives:
                choices = [
                    (f"{condition.name}:{key}", f"{condition.label} {said}")
                    for key, said in condition.choices(self.community)
                ]
                offered.append((str(condition.label), choices))
        offered = [(label, choices) for label, choices in offered if choices]
        labels = (_("A condition"), _("A second condition"))
        for place in range(MOST_CONDITIONS):
            self.fields[f"if_{place}"] = forms.ChoiceField(
                label=labels[place], required=False, choices=[("", _("in any case")), *offered]
            )

    def _add_people(self, present: Membership | None) -> None:
        team = Membership.objects.team().order_by("display_name", "pk")[:MOST_NAMED]
        people = {str(one.pk): one for one in team if self.act.may_be_given_to(one, self.trigger)}
        if present is not None and present.is_active:
            people.setdefault(str(present.pk), present)
        self.people = people
        self.fields["to"] = forms.ChoiceField(
            label=str(self.act.asks_to),
            choices=[("", _("Choose somebody")), *((key, str(one)) for key, one in people.items())],
        )

    def of(self, start: str) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(start))

    @property
    def when_fields(self) -> list[forms.BoundField]:
        return list(self.of("when_"))

    @property
    def if_fields(self) -> list[forms.BoundField]:
        return list(self.of("if_"))

    @property
    def then_fields(self) -> list[forms.BoundField]:
        own = [self[name] for name in ("to", "words") if name in self.fields]
        return [*self.of("then_"), *own]

    @property
    def but_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("daily", "person_days", "pause")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            refusal = self.act.check(self.trigger, self._values_of("when_"), self._values_of("then_"))
            if refusal:
                first = next(iter(self.of("when_")), None) or next(iter(self.of("then_")), None)
                self.add_error(first.name if first is not None else None, refusal)
        chosen = [data.get(f"if_{place}") for place in range(MOST_CONDITIONS) if data.get(f"if_{place}")]
        if len(set(chosen)) < len(chosen):
            self.add_error("if_1", _("This is already there."))
        return data

    def _values_of(self, start: str) -> dict[str, Any]:
        return {
            name.removeprefix(start): value
            for name, value in self.cleaned_data.items()
            if name.startswith(start)
        }

    def wishes(self) -> AutomationWishes:
        data = self.cleaned_data
        chosen = (data.get(f"if_{place}") or "" for place in range(MOST_CONDITIONS))
        pairs = [one.partition(":") for one in chosen if one]
        return AutomationWishes(
            trigger=self.trigger.name,
            act=self.act.name,
            trigger_values=self._values_of("when_"),
            conditions=tuple((name, key) for name, _colon, key in pairs),
            act_values=self._values_of("then_"),
            to=self.people.get(data["to"]) if "to" in data else None,
            words=data.get("words", ""),
            daily=data["daily"],
            person_days=data["person_days"],
            pause=data["pause"],
        )


def _values(automation: Automation) -> dict[str, Any]:
    """What stands there now, as the form asks for it."""
    pairs = {f"if_{place}": f"{name}:{key}" for place, (name, key) in enumerate(automation.conditions)}
    return {
        **{f"when_{name}": value for name, value in automation.trigger_values.items()},
        **{f"then_{name}": value for name, value in automation.act_values.items()},
        **pairs,
        "to": automation.to_id or "",
        "words": automation.words,
        "daily": automation.daily,
        "person_days": automation.person_days,
        "pause": automation.pause,
        "version": automation.version,
    }
