"""What somebody says to a newcomer."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.animation.models import Welcome
from communities.animation.newcomers.meeting import Suggestion
from communities.animation.newcomers.services import LONGEST, MOST_INTRODUCED, Wishes
from communities.animation.newcomers.several import MOST
from communities.models import Membership


class GreetingForm(forms.Form):
    """The words, how they get them, whom they might meet. `suggestions` are the members who are offered."""

    how = forms.ChoiceField(label=_("How they get it"), choices=Welcome.How.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        error_messages={"required": _("Write something first.")},
    )
    meet = forms.MultipleChoiceField(
        label=_("Introduce to members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All of them are told, with the reason as you see it here. Two at most."),
    )
    also = forms.BooleanField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    # What the draft was made of.
    made_of: tuple[str, ...] = ()

    def __init__(
        self,
        data: Any = None,
        *,
        suggestions: list[Suggestion] | None = None,
        can_reply: bool = True,
        initial: dict[str, Any] | None = None,
    ) -> None:
        start = {"submission": uuid.uuid4(), "how": "reply" if can_reply else "note", **(initial or {})}
        super().__init__(data, initial=start)
        self.suggestions = suggestions or []
        self.fields["meet"].choices = [  # type: ignore[attr-defined]
            (one.number, one.person.display_name) for one in self.suggestions
        ]
        if not can_reply:
            self.fields["how"].choices = [(Welcome.How.NOTE, Welcome.How.NOTE.label)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[str]:
        """The numbers of those who are ticked."""
        return [str(one) for one in self["meet"].value() or ()]

    def clean_meet(self) -> dict[int, str]:
        numbers = self.cleaned_data["meet"]
        if len(numbers) > MOST_INTRODUCED:
            raise forms.ValidationError(_("Two people at most: more is a crowd."), code="many")
        reasons = {one.number: one.reason for one in self.suggestions}
        return {int(number): reasons[number] for number in numbers}

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        return Wishes(data["words"], data["how"], data["meet"], data["also"], data["submission"])


class NudgeForm(forms.Form):
    words = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write something first.")},
        help_text=_("They get it in the bell and by mail. It is done once, then never again."),
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput)


class SeveralForm(forms.Form):
    """One text for several: `waiting` are those who are offered, `known` all who may be named."""

    people = forms.MultipleChoiceField(
        label=_("Whom you greet"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose whom to greet.")},
    )
    words = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write something first.")},
        help_text=_("{name} becomes the name of each. They get it in the bell and by mail, from you."),
    )

    def __init__(self, data: Any = None, *, waiting: list[Membership], known: Any) -> None:
        # Nobody is ticked: what is sent cannot be taken back, and somebody who waits may be no guest.
        start = {"words": _("Hello {name},\n\n")}
        super().__init__(data, initial=start)
        self.waiting = waiting
        sent = [int(one) for one in self["people"].value() or () if one.isdecimal() and len(one) < 18]
        offered = {one.pk: one for one in waiting}
        others = [one for one in sent if one not in offered]
        # Only of what was sent, and only who may be greeted by this person at all.
        self.found = (
            offered | {one.pk: one for one in known.filter(pk__in=others[:MOST])} if others else offered
        )
        choices = [(str(pk), one.display_name) for pk, one in self.found.items()]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[str]:
        """The numbers of those who are ticked."""
        return [str(one) for one in self["people"].value() or ()]

    def clean_people(self) -> list[Membership]:
        return [self.found[int(one)] for one in self.cleaned_data["people"]]
