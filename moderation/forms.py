from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from members.addresses import AddressField
from moderation.models import Case, Report, WatchWord
from moderation.services.reporting import Notifier
from moderation.services.statements import grounds_of, seen_revision
from moderation.subjects.base import subject_of, subjects

_TEXT = {"class": "input"}


class ReportForm(forms.Form):
    """A report of a broken community rule: for members."""

    category = forms.ChoiceField(
        label=_("What is wrong?"), choices=Report.Category.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What should the moderator know?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 4}),
        help_text=_("The author does not see who reported, nor these words."),
    )

    def arguments(self) -> dict[str, Any]:
        """What `report_thing` takes."""
        return {"category": self.cleaned_data["category"], "text": self.cleaned_data["text"]}


class NoticeForm(forms.Form):
    """Illegal content: open to everybody, with what the law asks a notice to say."""

    category = forms.ChoiceField(
        label=_("What is illegal about it?"), choices=Report.Category.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Explain why you think it is illegal"),
        max_length=2000,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 5}),
        error_messages={"required": _("Say why: without an explanation nobody can judge it.")},
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    email = AddressField(
        label=_("Your e-mail"),
        required=False,
        widget=forms.EmailInput(attrs=_TEXT),
        help_text=_("Neither is needed where a child is in danger."),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say is accurate and complete."),
        error_messages={"required": _("Confirm this, so that the notice counts.")},
    )

    def __init__(self, *args: Any, signed_in: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if signed_in:
            del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "name" in self.fields and data.get("category") != Report.Category.MINORS:
            for field in ("name", "email"):
                if not data.get(field) and field not in self.errors:
                    self.add_error(field, _("Needed, so that we can answer you."))
        return data

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        notifier = Notifier(data.get("name", ""), data.get("email", ""))
        return {"category": data["category"], "text": data["text"], "is_notice": True, "notifier": notifier}


class _GroundForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("Ground"),
        required=False,
        widget=forms.Select(attrs=_TEXT),
        help_text=_("The rule that the author reads. Needed to hide, remove or refuse."),
    )
    reason = forms.CharField(
        label=_("Message to the author"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 4}),
    )

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rules = {
            code: f"{code}. {text}" if code.isdigit() else text for code, text in grounds_of(community)
        }
        chosen = cast("forms.ChoiceField", self.fields["ground"])
        chosen.choices = [("", _("Choose a rule")), *self.rules.items()]


class DecisionForm(_GroundForm):
    """One decision; which acts are possible is said by the permissions, not by the form."""

    act = forms.ChoiceField(
        choices=lambda: [(act.name, act.name) for subject in subjects() for act in subject.acts],
        error_messages={"required": _("Choose what to do.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_767)

    def on(self, case: Case) -> DecisionForm:
        """The same words and choices, about the case as it is now."""
        typed = {name: self.cleaned_data[name] for name in ("act", "ground", "reason")}
        typed |= {"version": case.version, "revision": seen_revision(case)}
        return DecisionForm(community=case.community, initial=typed)

    def helped_by(self, case: Case) -> DecisionForm:
        """With the help that the subject of the case gives beside the ground."""
        self.fields["ground"].help_text = str(subject_of(case).words.ground_help)
        return self

    def chosen_ground(self) -> str:
        """The words of the chosen rule."""
        return self.rules.get(self.cleaned_data["ground"], "")

    def arguments(self) -> dict[str, Any]:
        """What `decide_case` takes."""
        return {name: self.cleaned_data[name] for name in ("act", "version", "revision", "ground", "reason")}


class SanctionForm(_GroundForm):
    measure = forms.ChoiceField(label=_("Sanction"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, measures: list[tuple[str, int]], **options: Any) -> None:
        # Its page has a decision's form too.
        super().__init__(*args, auto_id="id_measure_%s", **options)
        cast("forms.ChoiceField", self.fields["measure"]).choices = [
            (f"{kind}-{days}", measure_text(kind, days)) for kind, days in measures
        ]
        self.fields["ground"].required = True

    def arguments(self) -> dict[str, Any]:
        """What `sanction_member` takes."""
        kind, _hyphen, days = self.cleaned_data["measure"].partition("-")
        return {
            "kind": kind,
            "days": int(days),
            "ground": self.cleaned_data["ground"],
            "reason": self.cleaned_data["reason"],
        }


def measure_text(kind: str, days: int) -> Any:
    return {
        ("warning", 0): _("Warn"),
        ("read_only", 1): _("Read only for 24 hours"),
        ("read_only", 7): _("Read only for 7 days"),
        ("suspension", 30): _("Suspend for 30 days"),
        ("suspension", 365): _("Suspend for one year"),
    }[(kind, days)]


MODE_MEANING = {
    Community.Mode.PRE.value: _("Nothing appears until somebody on the team has read it."),
    Community.Mode.POST.value: _("Everything appears at once, and each text is queued for review."),
    Community.Mode.REACTIVE.value: _("Everything appears at once; the team reads what members report."),
    Community.Mode.HYBRID.value: _(
        "The first two posts of a new member are held; everything else appears at once."
    ),
}


@dataclass(frozen=True)
class ModeChoice:
    """One mode, as a choice with its meaning."""

    id: str
    value: str
    label: str
    about: str
    checked: bool


class ModesForm(forms.Form):
    """The mode of the community, and of each space that has its own."""

    def __init__(self, *args: Any, community: Community, spaces: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.spaces = spaces
        self.fields["community"] = forms.ChoiceField(
            label=_("In the whole community"),
            choices=Community.Mode.choices,
            widget=forms.RadioSelect,
            initial=community.moderation_mode,
            help_text=_("What is held stays held: changing the mode publishes nothing."),
        )
        own = [("", _("Same as the community")), *Community.Mode.choices]
        for space in spaces:
            self.fields[f"space-{space.pk}"] = forms.ChoiceField(
                label=space.name,
                choices=own,
                required=False,
                widget=forms.Select(attrs=_TEXT),
                initial=space.mode,
            )

    def community_choices(self) -> list[ModeChoice]:
        """The modes with what each means."""
        chosen = self["community"].value()
        return [
            ModeChoice(f"id_community_{place}", value, str(label), str(MODE_MEANING[value]), value == chosen)
            for place, (value, label) in enumerate(Community.Mode.choices)
        ]

    def space_fields(self) -> list[forms.BoundField]:
        return [self[f"space-{space.pk}"] for space in self.spaces]

    def chosen(self) -> list[tuple[Any, str]]:
        """(space, mode) for each of them; None is the community."""
        data = self.cleaned_data
        return [(None, data["community"]), *((space, data[f"space-{space.pk}"]) for space in self.spaces)]


class WatchWordForm(forms.Form):
    word = forms.CharField(
        label=_("Word or phrase"),
        max_length=100,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=_(
            "Accents, capitals, look-alike letters and hidden characters make no difference; * stands for any letters."
        ),
    )
    action = forms.ChoiceField(
        label=_("What happens"),
        choices=WatchWord.Action.choices,
        widget=forms.Select(attrs=_TEXT),
        initial="hold",
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
        help_text=_("For the team."),
    )
