"""A programme to write, a term to decide, things to share, tasks, an application."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.animation.ambassadors.kit import ItemWishes
from communities.animation.ambassadors.models import Programme, Term
from communities.animation.ambassadors.months import day_months_after, end_of, last_day
from communities.animation.ambassadors.programmes import ProgrammeWishes
from communities.animation.ambassadors.terms import TermWishes
from communities.calendar import today
from communities.content.audiences import spaces_of
from communities.dates import DayField
from communities.figures import WholeField
from communities.models import Community
from communities.promotions.targets import check_target


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def check_own_address(path: str) -> None:
    """A page of this place. Raises ValidationError with a sentence on what to write instead."""
    if not path.startswith("/"):
        raise ValidationError(_("Write an address of this place, such as /forums/."))
    check_target(path)


class ProgrammeForm(forms.Form):
    kind = forms.ChoiceField(label=_("For whom"), choices=Programme.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=80)
    call = forms.CharField(
        label=_("Call"),
        max_length=4000,
        widget=_area(6),
        help_text=_(
            "Who you are looking for, what they do, and what you offer. Members can read it while it is open."
        ),
    )
    charter = forms.CharField(
        label=_("Charter"),
        max_length=20_000,
        widget=_area(12),
        help_text=_(
            "What both sides promise. Each change is a new version, which everybody is asked to accept again."
        ),
    )
    months = WholeField(label=_("Months of a term"), min_value=1, max_value=24)
    is_open = forms.BooleanField(label=_("Open for applications"), required=False)
    rewarded = forms.BooleanField(
        label=_("They get something in return"),
        required=False,
        help_text=_(
            "Money, goods, discounts, invitations. What they publish in their perimeter from now on "
            "is marked “Rewarded”, for all readers and for good, as the law on influencers "
            "requires."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any], is_new: bool) -> None:
        super().__init__(data, initial=initial)
        if not is_new:
            del self.fields["kind"]

    def wishes(self) -> ProgrammeWishes:
        data = self.cleaned_data
        names = ("name", "call", "charter", "is_open", "rewarded", "months")
        return ProgrammeWishes(**{name: data[name] for name in names})


class TermForm(forms.Form):
    """Perimeter, rights and end; `term` None for whoever is appointed."""

    handle = forms.CharField(
        label=_("Member"),
        max_length=41,
        help_text=_("Their handle, with or without @. They accept the charter before anything changes."),
    )
    spaces = forms.TypedMultipleChoiceField(
        label=_("Perimeter"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where they act. Without a space: the whole community."),
    )
    rights = forms.ChoiceField(
        label=_("Rights"),
        choices=Term.Rights.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "They end automatically with the term. Anyone who already has as much keeps what they have."
        ),
    )
    until = DayField(label=_("Last day"))
    word = forms.CharField(
        label=_("A word from you"),
        max_length=1000,
        required=False,
        widget=_area(3),
        help_text=_("They read it in the notice."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        community: Community,
        programme: Programme,
        term: Term | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        last = day_months_after(today(community), programme.months)
        initial: dict[str, Any] = {"rights": Term.Rights.AMBASSADOR, "until": last}
        if term is not None:
            initial["version"] = term.version
            if term.until is not None:
                initial |= {"rights": term.rights, "until": last_day(term.until, community)}
                initial["spaces"] = list(term.spaces)
        super().__init__(data, initial=initial, auto_id=auto_id)
        self.community = community
        self.kept = list(term.spaces) if term is not None else []
        spaces = cast("forms.TypedMultipleChoiceField", self.fields["spaces"])
        spaces.choices = [(space.pk, space.name) for space in spaces_of(community.pk)]
        if term is not None:
            del self.fields["handle"]

    def wishes(self) -> TermWishes:
        data = self.cleaned_data
        offered = {pk for pk, _name in cast("Any", self.fields["spaces"]).choices}
        gone = [pk for pk in self.kept if pk not in offered]
        return TermWishes(
            end_of(data["until"], self.community),
            [*data["spaces"], *gone],
            data["rights"],
            data["word"],
        )


class WordForm(forms.Form):
    """What goes with a no, or with an end."""

    word = forms.CharField(
        label=_("A word from you"),
        max_length=1000,
        required=False,
        widget=_area(3),
        help_text=_("They read it in the notice."),
    )


class ThanksForm(forms.Form):
    words = forms.CharField(
        label=_("Your words"),
        max_length=1000,
        widget=_area(3),
        help_text=_("They receive them in your name, as a notification and by e-mail if they want one."),
    )


class ItemForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    words = forms.CharField(
        label=_("Text to share"),
        max_length=1000,
        required=False,
        widget=_area(4),
        help_text=_("Everyone adds their own link at the end, and changes it as they like."),
    )
    path = forms.CharField(
        label=_("Where the link leads"),
        max_length=200,
        initial="/",
        validators=[check_own_address],
        help_text=_("A page of this place, such as /forums/."),
    )
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    picture_alt = forms.CharField(
        label=_("Description of the picture"),
        max_length=160,
        required=False,
        help_text=_("For people who cannot see it."),
    )

    def wishes(self) -> ItemWishes:
        data = self.cleaned_data
        return ItemWishes(data["title"], data["words"], data["path"], data["picture_alt"])


class TaskForm(forms.Form):
    title = forms.CharField(label=_("Task"), max_length=120)
    month = forms.TypedChoiceField(label=_("Month"), coerce=datetime.date.fromisoformat)
    path = forms.CharField(
        label=_("Where it is done"),
        max_length=200,
        required=False,
        validators=[check_own_address],
        help_text=_("A page of this place, such as /forums/. May be empty."),
    )

    def __init__(self, data: Any = None, *, community: Community) -> None:
        super().__init__(data)
        first = today(community).replace(day=1)
        months = [first, day_months_after(first, 1)]
        field = cast("forms.ChoiceField", self.fields["month"])
        field.choices = [(month.isoformat(), date_format(month, "F Y")) for month in months]


class ApplyForm(forms.Form):
    words = forms.CharField(
        label=_("Why you"),
        max_length=2000,
        widget=_area(4),
        help_text=_("A few words are enough: what you like to do here, and how much time you have."),
    )
