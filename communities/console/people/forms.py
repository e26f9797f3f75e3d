"""Forms about people, the team and the ways in."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.audiences import spaces_of
from communities.content.handles import HandleField
from communities.dates import DayField
from communities.figures import WholeField
from communities.launch.models import InvitationLink
from communities.launch.services.asking import MOST_QUESTIONS
from communities.models import Community, Membership
from communities.people.entrusting import role_mark
from communities.people.levels import EFFECT, LEVELS
from communities.roles import roles_given_by
from members.addresses import AddressField

Role = Membership.Role
_DOMAIN = re.compile(r"\A(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z")


def labelled(roles: Any) -> list[tuple[str, Any]]:
    """Roles with their words, in their order."""
    names = dict(Role.choices)
    return [(role, names[role]) for role in roles]


def end_of(day: datetime.date | None, community: Community) -> datetime.datetime | None:
    """What is good until a day is good to the end of it."""
    if day is None:
        return None
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min, community.zone)


def day_before(moment: datetime.datetime | None, community: Community) -> datetime.date | None:
    """The last whole day before an end, as `end_of` read it."""
    if moment is None:
        return None
    return (timezone.localtime(moment, community.zone) - datetime.timedelta(microseconds=1)).date()


class FutureDayField(DayField):
    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."), code="past")
        return day


class RoleForm(forms.Form):
    """A role, where it holds, and until when."""

    role = forms.ChoiceField(label=_("Role"))
    scope = forms.ChoiceField(
        label=pgettext_lazy("role", "Where"),
        choices=[("all", _("The whole community")), ("some", _("Some spaces"))],
        initial="all",
        widget=forms.RadioSelect,
        help_text=_("A moderator of some spaces judges only there. Other roles are for the whole community."),
    )
    spaces = forms.MultipleChoiceField(label=_("Spaces"), required=False, widget=forms.CheckboxSelectMultiple)
    until = FutureDayField(
        label=_("Until"),
        required=False,
        help_text=_("The role ends automatically after this day, and the person is told."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, by: Membership, community: Community, person: Membership | None = None
    ) -> None:
        initial: dict[str, Any] = {}
        if person is not None:
            initial = {
                "role": person.role,
                "scope": "some" if person.role_spaces else "all",
                "spaces": [str(pk) for pk in person.role_spaces],
                "until": day_before(person.role_until, community),
                "seen": role_mark(person),
            }
        super().__init__(data, initial=initial)
        self.community = community
        offered: Any = self.fields["role"]
        offered.choices = labelled(roles_given_by(by))
        spaces: Any = self.fields["spaces"]
        spaces.choices = [(str(space.pk), space.full_name) for space in spaces_of(community.pk)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        scoped = data.get("role") == Role.MODERATOR and data.get("scope") == "some"
        if scoped and not data.get("spaces"):
            self.add_error("spaces", _("Choose at least one space, or the whole community."))
        return data

    def acts(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        scoped = data["role"] == Role.MODERATOR and data["scope"] == "some"
        spaces = [int(pk) for pk in data["spaces"]]
        return {
            "role": data["role"],
            "spaces": spaces if scoped else None,
            "until": end_of(data["until"], self.community) if data["role"] != Role.MEMBER else None,
        }


class TeamInviteForm(RoleForm):
    email = AddressField(label=_("E-mail address"), max_length=254)
    words = forms.CharField(
        label=_("A word from you"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["email", "role", "scope", "spaces", "until", "words", "seen"]

    def __init__(self, data: Any = None, *, by: Membership, community: Community) -> None:
        super().__init__(data, by=by, community=community)
        offered: Any = self.fields["role"]
        offered.choices = [one for one in offered.choices if one[0] != Role.MEMBER]
        self.initial["role"] = Role.MODERATOR


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(
        label=_("Level"), choices=LEVELS, coerce=int, widget=forms.RadioSelect, help_text=EFFECT
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note for the team"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They see it when they ask for their data."),
    )


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=120)
    text = forms.CharField(
        label=_("Text"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One mail for each of them, in the community’s name, signed with yours."),
    )


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("For the journal of the team; they are not told it."),
    )


class MergeForm(forms.Form):
    other = HandleField(
        label=_("The other membership"), help_text=_("The handle of the same person’s second membership.")
    )


class OfferForm(forms.Form):
    person = HandleField(label=_("To whom"), help_text=_("The handle of a member."))
    by_becomes = forms.ChoiceField(
        label=_("My role afterwards"),
        choices=[("", _("Owner as well")), *labelled([Role.MANAGER, Role.MEMBER])],
        required=False,
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label=_("I hand this place over; nothing changes until they accept"))


class AuthorForm(forms.Form):
    person = HandleField(label=_("Handle"))
    edits = forms.BooleanField(label=_("Editor: also works on the articles of others"), required=False)

    def __init__(self, data: Any = None, *, spaces: Any) -> None:
        super().__init__(data)
        self.fields["space"] = forms.ModelChoiceField(label=_("Blog"), queryset=spaces, empty_label=None)
        self.order_fields(["space", "person", "edits"])


class LinkForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("For your own reference: where the link is used, such as a trade fair."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=labelled(InvitationLink.ROLES))
    space = forms.TypedChoiceField(label=_("Arrive in"), required=False, coerce=int, empty_value=None)
    expires_on = FutureDayField(label=_("Valid until"), required=False)
    quota = WholeField(label=_("How many people"), min_value=1, max_value=1_000_000, required=False)
    domains = forms.CharField(
        label=_("Allowed domains"),
        max_length=1000,
        required=False,
        help_text=_("Only for addresses at these, such as example.org. Empty: for everybody."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, community: Community) -> None:
        super().__init__(data)
        self.community = community
        spaces: Any = self.fields["space"]
        spaces.choices = [("", _("The home page")), *((one.pk, one.name) for one in spaces_of(community.pk))]

    def clean_domains(self) -> list[str]:
        found = [
            part.lstrip("@").lower()
            for part in re.split(r"[\s,;]+", str(self.cleaned_data["domains"]))
            if part
        ]
        for domain in found:
            if not _DOMAIN.match(domain):
                raise forms.ValidationError(
                    _("“%(domain)s” is not a domain."), params={"domain": domain}, code="domain"
                )
        return list(dict.fromkeys(found))

    def acts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "role": data["role"],
            "space_id": data["space"],
            "domains": data["domains"],
            "quota": data["quota"],
            "expires_at": end_of(data["expires_on"], self.community),
        }


class JoiningForm(forms.Form):
    by_hand = forms.BooleanField(
        label=_("The team approves each newcomer"),
        required=False,
        help_text=_("Anyone with a personal invitation joins without approval."),
    )

    def __init__(self, data: Any = None, *, community: Community) -> None:
        said = community.settings.get("joining", {})
        super().__init__(data, initial={"by_hand": said.get("by_hand", False)})
        known = list(said.get("questions", []))
        for number in range(MOST_QUESTIONS):
            self.fields[f"question_{number}"] = forms.CharField(
                label=_("Question %(n)s") % {"n": number + 1},
                max_length=200,
                required=False,
                initial=known[number] if number < len(known) else "",
            )

    @property
    def questions(self) -> list[str]:
        return [str(self.cleaned_data[f"question_{number}"]).strip() for number in range(MOST_QUESTIONS)]


class WordForm(forms.Form):
    word = forms.CharField(max_length=500, required=False, label=_("Message for them"))
