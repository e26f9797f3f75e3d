"""Forms for joining, and for a manager's launch plan."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, cast

from allauth.account.forms import SignupForm
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.dates import BirthdayInput, DayField, MomentField
from communities.figures import SumField, WholeField
from communities.languages import plain_language
from communities.launch.asked import asked
from communities.launch.exceptions import AddressTaken, CannotJoin
from communities.launch.features import FEATURES, names_in_stages
from communities.launch.gauges import OF_SPACE, Gauge, gauges_here
from communities.launch.models import Invitation, InvitationLink, Stage
from communities.launch.services import (
    StageWishes,
    free_handle,
    is_free,
    join_community,
    refuse_under_age,
)
from communities.letters import fold
from communities.models import Community, Membership, handle_rule
from members.addresses import AddressField
from members.forms import E_MAIL, PASSWORD_RULE
from members.models import Member
from members.services import person_at


def check_handle(handle: str, *, own: Membership | None = None) -> str:
    """A handle without its @; raises ValidationError with a free one when it is taken or reserved."""
    handle = handle.strip().removeprefix("@")
    handle_rule(handle)
    if not is_free(handle, own=own):
        raise forms.ValidationError(
            _("Already taken. Free: “%(free)s”."), params={"free": free_handle(handle)}, code="taken"
        )
    return handle


class PresenceForm(forms.Form):
    """Name and handle. Somebody with an account needs nothing else to join."""

    display_name = forms.CharField(
        label=_("Name shown"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    handle = forms.CharField(
        label=_("Handle"),
        max_length=41,
        required=False,
        help_text=_("How others mention you: @handle. Leave it empty and we make one from your name."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    born = DayField(
        label=_("Date of birth"),
        help_text=_("Only to know whether you may join. It is not kept."),
        widget=BirthdayInput(attrs={"autocomplete": "bday"}),
    )
    rules = forms.BooleanField(label=_("I have read the rules and will follow them"))

    def __init__(
        self, *args: Any, community: Community, questions: Sequence[str] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.community = community
        if not community.minimum_age:
            del self.fields["born"]
        self.told = [name for one in asked for name in self._ask(one.controls(community))]
        self.questions = list(questions)
        for number, question in enumerate(self.questions):
            self.fields[f"answer_{number}"] = forms.CharField(
                label=question, max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def _ask(self, controls: dict[str, forms.Field]) -> list[str]:
        self.fields.update(controls)
        return list(controls)

    @property
    def told_fields(self) -> list[forms.BoundField]:
        """What packages above ask newcomers of themselves."""
        return [self[name] for name in self.told]

    @property
    def profile(self) -> dict[str, Any]:
        """What of that the profile keeps."""
        kept: dict[str, Any] = {}
        for one in asked:
            kept |= one.kept(self.community, self.cleaned_data)
        return kept

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{number}"] for number in range(len(self.questions))]

    @property
    def answers(self) -> list[dict[str, str]]:
        """What was asked and answered, in the words of that day."""
        return [
            {"question": question, "answer": str(self.cleaned_data.get(f"answer_{number}", "")).strip()}
            for number, question in enumerate(self.questions)
        ]

    def clean_born(self) -> datetime.date:
        born: datetime.date = self.cleaned_data["born"]
        try:
            refuse_under_age(self.community, born)
        except CannotJoin as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from refusal
        return born

    def clean_display_name(self) -> str:
        return " ".join(str(self.cleaned_data["display_name"]).split())

    def clean_handle(self) -> str:
        handle = str(self.cleaned_data["handle"])
        return check_handle(handle) if handle.strip() else ""


class JoinForm(PresenceForm, SignupForm):
    """For newcomers: the account and the membership begin together. A known address gets the same answer as
    an unknown one; its owner gets a mail that says so."""

    field_order = ["email", "display_name", "handle", "password1", "born", "rules"]

    def __init__(
        self,
        *args: Any,
        invitation: Invitation | None = None,
        link: InvitationLink | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.invitation, self.link = invitation, link
        self.fields["email"].label = E_MAIL
        self.fields["email"].help_text = _("Only for you: nobody here sees it. We send a code there.")
        self.fields["password1"].label = _("Password")
        optional = _("Leave it empty to sign in with a code by e-mail.")
        self.fields["password1"].help_text = f"{optional} {PASSWORD_RULE}"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        address: str = super().clean_email()
        if self.link is not None and not self.link.admits(address):
            raise forms.ValidationError(
                _("This link is for addresses at %(domains)s."),
                params={"domains": ", ".join(self.link.domains)},
                code="domain",
            )
        return address

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Raises AddressTaken where somebody else was faster by a moment, and what joining refuses."""
        try:
            # Nothing of an answer for a known address is undone.
            with nullcontext() if self.account_already_exists else transaction.atomic():
                return cast("tuple[Any, Any]", super().try_save(request))
        except IntegrityError as error:
            if person_at(self.cleaned_data["email"]) is None:
                raise
            raise AddressTaken from error

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        data = self.cleaned_data
        join_community(
            cast("Any", request).community,
            person=cast("Member", user),
            display_name=data["display_name"],
            handle=data["handle"],
            language=plain_language(),
            proven=False,
            invitation=self.invitation,
            link=self.link,
            answers=self.answers,
            profile=self.profile,
        )


class FirstForm(forms.Form):
    """How many people of the waiting list come in."""

    is_filter = True
    first = WholeField(label=_("How many, from the first on"), min_value=1, max_value=10_000, required=False)


class WaitingForm(forms.Form):
    """Joining the waiting list takes an address; name and reason are for whoever lets people in."""

    email = AddressField(
        label=E_MAIL,
        max_length=254,
        help_text=_("Only to tell you your place, and when it is your turn. Leaving the list erases it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reason = forms.CharField(
        label=_("Why would you like to come in?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the team reads it. Leave it empty if you like."),
    )
    by = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)


class RefuseForm(forms.Form):
    """What those who are refused read beside our own words."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Included in the mail. You can take the refusal back for ten minutes before it is sent."),
    )


class ReasonForm(forms.Form):
    """What goes into the log beside the name of the person acting."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PauseForm(ReasonForm):
    news_on = DayField(
        label=_("News on"),
        required=False,
        help_text=_("Members are told this date. Leave it empty when you do not know yet."),
    )

    def clean_news_on(self) -> Any:
        day = self.cleaned_data["news_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This date is past. Choose a future one."))
        return day


class OpenForm(ReasonForm):
    tell = forms.BooleanField(label=_("E-mail those who gain access"), required=False, initial=True)


class StageForm(forms.Form):
    """One stage: what opens, to whom, when. Thresholds are fields of their own, one for each gauge."""

    name = forms.CharField(label=_("Name"), max_length=60)
    features = forms.MultipleChoiceField(
        label=_("Opens"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Anything named in a stage is closed to everybody else as soon as the plan begins."),
    )
    audience = forms.ChoiceField(label=_("To whom"), choices=Stage.Audience.choices)
    people = forms.CharField(
        label=_("Members by name"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-unkept": True}),
        help_text=_("Their handles, one per line. Only for the audience “Members by name”."),
    )
    share = WholeField(
        label=_("Share of the waiting list, in percent"),
        min_value=1,
        max_value=100,
        initial=100,
        required=False,
        help_text=_("First come, first served. Only for the audience “A share of the waiting list”."),
    )
    opening = forms.ChoiceField(label=_("When"), choices=Stage.Opening.choices)
    planned_for = MomentField(
        label=_("Planned for"), required=False, help_text=_("The waiting list is told this date.")
    )
    announcement = forms.CharField(
        label=_("Announcement"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Sent to those who gain access. A stage that opens automatically is announced only if you write one."
        ),
    )

    teaser = forms.BooleanField(
        label=_("Announce it before it opens"),
        required=False,
        help_text=_(
            "Those it will let in, visitors too, see its name, what it opens, when, and how far its "
            "gauges are, on their home page and under “Next here”."
        ),
    )

    def __init__(self, *args: Any, stage: Stage | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stage = stage
        cast("forms.ChoiceField", self.fields["features"]).choices = [
            (name, FEATURES[name].label) for name in names_in_stages()
        ]
        self.gauges = gauges_here()
        for gauge in self.gauges.values():
            self.fields[f"gauge_{gauge.name}"] = threshold_field(gauge)
        if stage is not None and stage.has_effect:
            for name in ("features", "audience"):
                self.fields[name].disabled = True

    @property
    def thresholds(self) -> list[forms.BoundField]:
        return [self[f"gauge_{name}"] for name in self.gauges if not name.startswith(OF_SPACE)]

    @property
    def thresholds_of_spaces(self) -> list[forms.BoundField]:
        return [self[f"gauge_{name}"] for name in self.gauges if name.startswith(OF_SPACE)]

    @property
    def has_threshold_of_space(self) -> bool:
        """Whether one is set, or was sent with a fault: they show at once then."""
        return any(field.value() or field.errors for field in self.thresholds_of_spaces)

    def clean_people(self) -> list[Membership]:
        handles = [
            part.removeprefix("@") for part in re.split(r"[\s,;]+", self.cleaned_data["people"]) if part
        ]
        found = {
            person.handle_key: person
            for person in Membership.objects.active().filter(handle_key__in=[fold(one) for one in handles])
        }
        for handle in handles:
            if fold(handle) not in found:
                raise ValidationError(_("Nobody here is called @%(handle)s."), params={"handle": handle})
        return list(found.values())

    def clean_planned_for(self) -> Any:
        moment = self.cleaned_data["planned_for"]
        moved = self.stage is None or moment != self.stage.planned_for
        if moment and moved and moment <= timezone.now():
            raise ValidationError(_("This date is past. Choose a future one, or open the stage by hand."))
        return moment

    def wishes(self) -> StageWishes:
        data = self.cleaned_data
        given = {name: data.get(f"gauge_{name}") for name in self.gauges}
        criteria = {name: float(goal) for name, goal in given.items() if goal is not None}
        return StageWishes(
            name=data["name"],
            features=data["features"],
            audience=data["audience"],
            opening=data["opening"],
            planned_for=data["planned_for"],
            share=data["share"] or 100,
            criteria=criteria,
            announcement=data["announcement"],
            teaser=data["teaser"],
            people=data["people"],
        )

    @staticmethod
    def values_of(stage: Stage, people: list[Membership]) -> dict[str, Any]:
        kept = {f"gauge_{name}": goal for name, goal in stage.criteria.items()}
        names = ("name", "features", "audience", "share", "opening", "planned_for", "announcement", "teaser")
        return (
            {name: getattr(stage, name) for name in names}
            | {"people": "\n".join(f"@{person.handle}" for person in people)}
            | kept
        )


def threshold_field(gauge: Gauge, goal: float | None = None) -> forms.Field:
    """The figure at which a stage opens: a share in percent, or a number of people or texts."""
    options: dict[str, Any] = {"label": str(gauge.label), "required": False, "min_value": 0, "initial": goal}
    if not gauge.in_percent:
        return WholeField(max_value=10_000_000, **options)
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return SumField(max_value=100, help_text=_("In percent."), widget=widget, **options)
