"""What people write about tests: an application, a report, what becomes of it, the test itself, a release, its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import MOST_SEGMENTS, Rule
from communities.content.forms import BodyForm, suit_space
from communities.content.models import Space
from communities.content.tag_input import TagsField
from communities.dates import DayField
from communities.fields import one_line
from communities.figures import WholeField
from communities.models import Community
from communities.people.fields.defined import fields_of
from communities.people.fields.kinds import KINDS, offered
from communities.trials.arranging import TrialWishes, wishes_of_trial
from communities.trials.feedback_models import LONGEST_CHANGES, LONGEST_ENVIRONMENT, LONGEST_TO_TRY
from communities.trials.models import (
    LONGEST_ABOUT,
    LONGEST_ANSWER,
    LONGEST_PLEDGE,
    LONGEST_QUESTION,
    LONGEST_WORDS,
    MOST_PLACES,
    MOST_QUESTIONS,
    Feedback,
    Release,
    Trial,
)
from communities.trials.release_fields import ReleaseChoice, offer_releases

LEVELS = [(str(n), str(n)) for n in range(5)]


def _lines(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def first_pledge() -> str:
    """What the text on confidentiality begins with; a manager makes it their own."""
    return gettext(
        "What I see and try here is not public. I tell nobody outside this test about it and publish no pictures of it"
        " until the team has announced it. What I report may be used to improve the product."
    )


class ApplyForm(forms.Form):
    """An answer to each question of the test."""

    def __init__(self, *args: Any, questions: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for number, question in enumerate(questions):
            self.fields[f"answer{number}"] = forms.CharField(
                label=question, max_length=LONGEST_ANSWER, widget=_lines(3, dir="auto")
            )

    def answers(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class TrialForm(forms.Form):
    """Everything that people know of a test."""

    product = forms.CharField(
        label=_("What is tested"), max_length=120, help_text=_("The product and what is new about it.")
    )
    about = forms.CharField(
        label=pgettext_lazy("of a test", "What it is about"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=_lines(5),
        help_text=_("Shown to everybody: who you are looking for, how long it takes, what is needed."),
    )
    questions = forms.CharField(
        label=_("Questions to applicants"),
        max_length=MOST_QUESTIONS * (LONGEST_QUESTION + 2),
        required=False,
        widget=_lines(4),
        help_text=_("One per line, eight at most. Without any, people apply with one click."),
    )
    places = WholeField(label=_("Places"), min_value=1, max_value=MOST_PLACES)
    applies_until = DayField(label=_("Applications until"), required=False)
    starts_on = DayField(
        label=_("First day"), required=False, help_text=_("Feedback can be reported from that day.")
    )
    ends_on = DayField(
        label=_("Last day"),
        required=False,
        help_text=_(
            "Testers see it, and Today reminds you to close the test. It does not close automatically."
        ),
    )
    pledge = forms.CharField(
        label=_("Confidentiality"),
        max_length=LONGEST_PLEDGE,
        widget=_lines(6),
        help_text=_(
            "Testers must accept it before the private space opens to them. If you change it, "
            "everybody has to accept it again."
        ),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, trial: Trial, **options: Any) -> None:
        self.trial = trial
        options.setdefault("initial", _values(trial))
        super().__init__(*args, **options)

    def clean_product(self) -> str:
        return one_line(self.cleaned_data["product"])

    def clean_questions(self) -> list[str]:
        lines = [one_line(line) for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(lines) > MOST_QUESTIONS:
            said = ngettext("%(most)s question at most.", "%(most)s questions at most.", MOST_QUESTIONS)
            raise ValidationError(said % {"most": MOST_QUESTIONS})
        if any(len(line) > LONGEST_QUESTION for line in lines):
            raise ValidationError(gettext("Keep each question within 200 characters."))
        return lines

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first one."))
        return data

    def wishes(self) -> TrialWishes:
        return TrialWishes(**{name: said for name, said in self.cleaned_data.items() if name != "version"})


def _values(trial: Trial) -> dict[str, Any]:
    wishes = wishes_of_trial(trial)
    said = {name: getattr(wishes, name) for name in TrialForm.base_fields if hasattr(wishes, name)}
    begun = {"questions": "\n".join(wishes.questions), "pledge": wishes.pledge or first_pledge()}
    return {**said, **begun, "version": trial.version}


class ReleaseForm(forms.Form):
    name = forms.CharField(label=_("Version"), max_length=40, help_text=_("As testers know it: 2.4 beta 1."))
    changes = forms.CharField(label=_("What changed"), max_length=LONGEST_CHANGES, widget=_lines(5))
    url = forms.URLField(label=_("Where to get it"), max_length=500, required=False, assume_scheme="https")
    to_try = forms.CharField(
        label=_("What to try"),
        max_length=LONGEST_TO_TRY,
        required=False,
        widget=_lines(5),
        help_text=_("One thing per line."),
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class CloseForm(forms.Form):
    words = forms.CharField(
        label=_("What came of it"),
        max_length=LONGEST_WORDS,
        widget=_lines(8),
        help_text=_("Your words appear above the figures, which are counted once, when you close the test."),
    )
    report_for = forms.ChoiceField(
        label=_("Who reads the report"),
        choices=Trial.ReportFor.choices,
        widget=forms.RadioSelect,
        initial=Trial.ReportFor.TESTERS,
        help_text=_(
            "Everybody can read your words and the figures; titles of feedback are shown to testers only."
        ),
    )


class _Described(forms.Form):
    """What stands beside a report."""

    title = forms.CharField(
        label=_("In one sentence"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=Feedback.Severity.choices,
        widget=forms.RadioSelect,
        initial=Feedback.Severity.MINOR,
        help_text=_(
            "Blocking: you cannot go on. Major: there is a workaround. Minor: it is annoying. Wish: "
            "something is missing."
        ),
    )
    found_in = ReleaseChoice(label=_("Found in"))
    environment = forms.CharField(
        label=_("Environment"),
        max_length=LONGEST_ENVIRONMENT,
        required=False,
        help_text=_("Device, system, browser: whatever helps to reproduce it."),
    )
    tags = TagsField()

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_environment(self) -> str:
        return one_line(self.cleaned_data["environment"])

    def suit(self, trial: Trial, *, tagged: bool) -> None:
        if Release.objects.filter(trial=trial.pk).exists():
            offer_releases(self, "found_in", trial)
        else:
            del self.fields["found_in"]
        if not tagged:
            del self.fields["tags"]


class FeedbackForm(_Described, BodyForm):
    """A report: what it is in one sentence, how bad, and how to see it again."""

    field_order = ["title", "severity", "body"]

    def __init__(self, *args: Any, space: Space, trial: Trial, tagged: bool = True, **options: Any) -> None:
        """`tagged` where there are tags."""
        super().__init__(*args, key=f"feedback:{space.slug}", **options)
        self.fields["body"].label = _("What did you do, what happened, what did you expect?")
        self.suit(trial, tagged=tagged)
        suit_space(self, space)

    def arguments(self) -> dict[str, Any]:
        """What `report_feedback` takes."""
        names = ("title", "body", "body_format", "tags", "submission", "severity", "found_in", "environment")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class EditFeedbackForm(_Described):
    """All but the text, which is a post and has a page of its own."""

    def __init__(self, *args: Any, trial: Trial, tagged: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.suit(trial, tagged=tagged)


class StateForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=Feedback.State.choices, widget=forms.RadioSelect)
    mended_in = ReleaseChoice(label=_("Fixed in"), help_text=_("Only for the state “Fixed”."))

    def __init__(self, *args: Any, trial: Trial, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_releases(self, "mended_in", trial)


class PointForm(forms.Form):
    """Which other report it is the same as: by its address or its exact title."""

    other = forms.CharField(
        label=_("The same as"),
        max_length=400,
        help_text=_("The address of the other feedback, or its title. It must be in the same test."),
        error_messages={"required": _("Choose the feedback it is the same as.")},
    )


class CriteriaForm(forms.Form):
    """Whom to look at among those who applied: conditions that all hold."""

    levels = forms.MultipleChoiceField(
        label=_("Trust level"), choices=LEVELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    answers = forms.MultipleChoiceField(
        label=_("Says in their profile"), required=False, widget=forms.CheckboxSelectMultiple
    )
    segment = forms.ChoiceField(label=_("Belongs to the segment"), required=False)

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        super().__init__(*args, **options)
        segments = [(str(one.pk), one.name) for one in Segment.objects.in_order()[:MOST_SEGMENTS]]
        choices = {
            "answers": _answers(community),
            "segment": [("", _("does not matter")), *segments] if segments else [],
        }
        for name, offers in choices.items():
            field: Any = self.fields[name]
            field.choices = offers
            if not offers:
                del self.fields[name]

    def rule(self) -> Rule | None:
        """None where nothing is said."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        within = (int(said["segment"]),) if said.get("segment") else ()
        rule = Rule(
            levels=tuple(map(int, said["levels"])), answers=tuple(said.get("answers", ())), within=within
        )
        return rule if rule != Rule() else None


def _answers(community: Community) -> list[tuple[str, str]]:
    """Each option of each profile field that has some."""
    return [
        (f"{field.key}:{number}", gettext("%(label)s: %(text)s") % {"label": field.label, "text": name})
        for field in fields_of(community)
        if KINDS[field.kind].has_options
        for number, name in offered(field, [one.id for one in field.options])
    ]
