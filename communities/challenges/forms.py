"""A challenge to write or to change, its rules, an entry, marks, the jury, a cancellation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.challenges.models import (
    BEST_MARK,
    ENTRY,
    LONGEST_RULES,
    MOST_CRITERIA,
    MOST_EACH,
    MOST_FINALISTS,
    Challenge,
    Entry,
)
from communities.challenges.phases import lines_of, prizes_in
from communities.challenges.services import Facts, Written, stored_facts
from communities.content.forms import BodyForm, suit_space
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.tag_input import TagsField
from communities.dates import MomentField
from communities.fields import one_line
from communities.figures import WholeField

# Characters of one criterion, and how many places may win.
LONGEST_CRITERION, MOST_PRIZES = 80, 100


def kinds_to_enter(features: frozenset[str]) -> list[tuple[str, Any]]:
    """What may be entered beside what is written for a challenge: kinds of texts that members start."""
    return [
        (one.name, one.label)
        for kind in KINDS
        for one in kind.thread_kinds
        if one.offered and kind.feature in features and ENTRY not in kind.thread_names
    ]


def _lines(label: Any, help_text: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4}), **options
    )


class FactsForm(forms.Form):
    """All of a challenge but its text and its rules."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    opens_at = MomentField(label=_("Entries open"))
    closes_at = MomentField(label=_("Entries close"))
    way = forms.ChoiceField(
        label=_("How winners are chosen"),
        choices=Challenge.Way.choices,
        widget=forms.RadioSelect,
        initial=Challenge.Way.VOTE,
    )
    votes_until = MomentField(
        label=_("Votes close"),
        required=False,
        help_text=_("Only where members vote. They begin when entries close."),
    )
    result_at = MomentField(
        label=_("Result"),
        help_text=_("The winners are then worked out and everybody is told, automatically."),
    )
    finalists = WholeField(
        label=_("How many entries go to the jury after the vote"),
        required=False,
        min_value=1,
        max_value=MOST_FINALISTS,
        initial=10,
    )
    criteria = _lines(
        _("What the jury looks at"),
        _("One criterion per line, six at most. Leave it empty for one overall mark per juror."),
        max_length=600,
        required=False,
    )
    prizes = _lines(
        _("Prizes"),
        _("One per line, first place first. “3 × a tea towel” covers three places."),
        max_length=2000,
        required=False,
    )
    afterwards = forms.CharField(
        label=_("What happens afterwards"),
        max_length=500,
        required=False,
        help_text=_("Who gets in touch with the winners, and what becomes of the entries."),
    )
    entries_each = WholeField(label=_("Entries per member"), min_value=1, max_value=MOST_EACH, initial=1)
    entry_kinds = forms.MultipleChoiceField(
        label=_("What else members may enter"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Everybody can write an entry for the challenge. Texts of these kinds can be chosen, too."
        ),
    )
    tags = TagsField()

    # Whether it must still take entries: what is announced, not what is corrected.
    must_come = False

    def __init__(
        self, *args: Any, features: frozenset[str] = frozenset(), tagged: bool = True, **options: Any
    ) -> None:
        """`features` are those that are open; `tagged` where there are tags."""
        super().__init__(*args, **options)
        if not tagged:
            del self.fields["tags"]
        kinds = self.fields["entry_kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = kinds_to_enter(features)
        if not kinds.choices:
            del self.fields["entry_kinds"]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_afterwards(self) -> str:
        return one_line(self.cleaned_data["afterwards"])

    def clean_criteria(self) -> str:
        lines = [one_line(line) for line in lines_of(self.cleaned_data["criteria"])]
        if len(lines) > MOST_CRITERIA or any(len(line) > LONGEST_CRITERION for line in lines):
            raise forms.ValidationError(_("Six criteria at most, each of 80 characters at most."))
        return "\n".join(lines)

    def clean_prizes(self) -> str:
        lines = [one_line(line) for line in lines_of(self.cleaned_data["prizes"])]
        said = "\n".join(lines)
        if sum(one.number for one in prizes_in(said)) > MOST_PRIZES:
            raise forms.ValidationError(_("At most 100 places can win something."))
        return said

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        way = data.get("way")
        votes = way in (Challenge.Way.VOTE, Challenge.Way.BOTH)
        if not votes:
            data["votes_until"] = None
        elif not data.get("votes_until") and "votes_until" not in self.errors:
            self.add_error("votes_until", _("Say until when members vote."))
        if way and way != Challenge.Way.NONE and not data.get("prizes") and "prizes" not in self.errors:
            self.add_error("prizes", _("Say what there is to win: a round of applause will do."))
        self._check_moments(data)
        return data

    def _check_moments(self, data: dict[str, Any]) -> None:
        opens, closes = data.get("opens_at"), data.get("closes_at")
        until, result = data.get("votes_until"), data.get("result_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("Entries must close after they open."))
        elif closes and self.must_come and closes <= timezone.now():
            self.add_error("closes_at", _("This is in the past. Choose a later moment."))
        if closes and until and until <= closes:
            self.add_error("votes_until", _("Votes must close after entries have closed."))
        last = until or closes
        if last and result and result < last:
            self.add_error("result_at", _("The result must come last."))
        elif data.get("way") in (Challenge.Way.JURY, Challenge.Way.BOTH) and result and result == last:
            self.add_error("result_at", _("Leave the jury some time before the result."))

    def facts(self) -> Facts:
        data = self.cleaned_data
        values = {name: data[name] for name in Facts.__dataclass_fields__ if name in data}
        return Facts(**values | {"finalists": data["finalists"] or 10})


class NewChallengeForm(FactsForm, BodyForm):
    """A new challenge, with its text and its rules."""

    must_come = True
    keeps = False

    rules = _lines(
        pgettext_lazy("of a challenge", "Rules"),
        _(
            "One rule per line. Everyone who enters agrees to them; each change is a new version, "
            "and those who entered are told."
        ),
        max_length=LONGEST_RULES,
        error_messages={"required": _("Write the rules for taking part.")},
    )

    def __init__(self, *args: Any, key: str, **options: Any) -> None:
        super().__init__(*args, key=key, **options)
        self.fields["body"].label = _("What is asked, and what makes a good entry")

    def written(self, arguments: dict[str, Any]) -> Written:
        """`arguments`: `text_arguments`, with a picture that came with the form."""
        return Written(title=self.cleaned_data["title"], tags=self.cleaned_data.get("tags", ()), **arguments)

    def text_arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


class ChangeChallengeForm(FactsForm):
    """The same without its text, which is a post, and its rules, which have versions: each has a page of its own."""


def said_of(challenge: Challenge | None) -> dict[str, Any]:
    """A challenge as its form says it."""
    return stored_facts(challenge) if challenge is not None else {}


class RulesForm(forms.Form):
    rules = forms.CharField(
        label=pgettext_lazy("of a challenge", "Rules"),
        max_length=LONGEST_RULES,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One rule per line."),
        error_messages={"required": _("Write the rules for taking part.")},
    )

    def clean_rules(self) -> str:
        return "\n".join(lines_of(self.cleaned_data["rules"]))


class AgreeForm(forms.Form):
    """That whoever enters has read the rules, in the version that the form shows."""

    rules = WholeField(widget=forms.HiddenInput, min_value=1)
    agrees = forms.BooleanField(
        label=_("I have read the rules and agree to them"),
        error_messages={"required": _("Agree to the rules to take part.")},
    )


class WriteEntryForm(AgreeForm, BodyForm):
    """An entry that is written for a challenge."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give your entry a title.")},
    )

    field_order = ["title", "body"]

    def __init__(self, *args: Any, space: Space, challenge: Challenge, **options: Any) -> None:
        super().__init__(*args, key=f"enter:{challenge.pk}", **options)
        suit_space(self, space)

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def written(self, arguments: dict[str, Any]) -> Written:
        return Written(title=self.cleaned_data["title"], **arguments)

    def text_arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "body_format", "submission")}


class ChooseEntryForm(AgreeForm):
    """One of one’s own texts."""

    thread = forms.ChoiceField(
        label=_("Which text?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of your texts."),
            "invalid_choice": _("Choose one of your texts."),
        },
    )

    def __init__(self, *args: Any, threads: list[Thread], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["thread"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(thread.pk), thread.title) for thread in threads]


class MarksForm(forms.Form):
    """What a juror gives one entry: a mark for each criterion, one in all where there is none."""

    def __init__(self, *args: Any, challenge: Challenge, entry: Entry, **options: Any) -> None:
        super().__init__(*args, **options)
        self.prefix = f"e{entry.pk}"
        labels = challenge.criteria_list or [str(_("Mark"))]
        for number, label in enumerate(labels):
            self.fields[f"mark{number}"] = WholeField(label=label, min_value=1, max_value=BEST_MARK)

    @property
    def marks(self) -> list[int]:
        return [self.cleaned_data[name] for name in self.fields]


class JurorForm(forms.Form):
    handle = forms.CharField(
        label=_("Handle of a member"),
        max_length=40,
        help_text=_("As on their page, with or without @."),
    )

    def clean_handle(self) -> str:
        return str(self.cleaned_data["handle"]).strip().removeprefix("@")


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        required=False,
        help_text=_("Everybody who entered reads it, and it is shown on the page."),
    )

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])
