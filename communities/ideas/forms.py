"""What people write about ideas: one to submit, an answer of the team, who answers, what a box asks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.content.forms import BodyForm, suit_space
from communities.content.models import Space, Thread
from communities.content.tag_input import TagsField
from communities.dates import DayField, MomentField
from communities.documents import ACCEPTED
from communities.fields import one_line
from communities.figures import SumField, WholeField
from communities.ideas.boxes import Wishes, opens_in_browser
from communities.ideas.models import (
    LONGEST_QUESTION,
    LONGEST_RULES,
    LONGEST_TITLE,
    MOST_DOCUMENTS,
    MOST_VOTES,
    MOST_WINNERS,
    Box,
    Idea,
)
from communities.ideas.phases import MOMENTS
from communities.models import Membership

# Of the team, among whom one is chosen.
MOST_PEOPLE = 200
LONGEST_TITLE_OF_DOCUMENT = 120


class SubmitIdeaForm(BodyForm):
    """An idea: what it is in one sentence, and what it would change."""

    title = forms.CharField(
        label=_("Your idea, in one sentence"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    tags = TagsField()
    # That whoever writes has seen the ideas that are like it.
    different = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ["title", "body"]

    def __init__(self, *args: Any, space: Space, tagged: bool = True, **options: Any) -> None:
        """`tagged` where there are tags."""
        super().__init__(*args, key=f"submit:{space.slug}", **options)
        self.fields["title"].widget.attrs |= {"data-similar": "near", "autocomplete": "off"}
        self.fields["body"].label = _("What would it change, and for whom?")
        if not tagged:
            del self.fields["tags"]
        suit_space(self, space)

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def arguments(self) -> dict[str, Any]:
        """What `submit_idea` takes."""
        names = ("title", "body", "body_format", "tags", "submission")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class EditIdeaForm(forms.Form):
    """Title and tags; the text is a post and has a page of its own."""

    title = forms.CharField(
        label=_("Your idea, in one sentence"),
        max_length=200,
        error_messages={"required": _("Say in one sentence what it is about.")},
    )
    tags = TagsField()

    def __init__(self, *args: Any, tagged: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not tagged:
            del self.fields["tags"]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])


class AnswerForm(BodyForm):
    """A state, and the words that everybody reads with it."""

    status = forms.ChoiceField(label=_("State"), choices=Idea.Status.choices, widget=forms.RadioSelect)
    due_on = DayField(
        label=_("Next answer by"),
        required=False,
        help_text=_("Readers see this day. Leave it empty to make no further promise."),
    )

    field_order = ["status", "body", "due_on"]

    def __init__(self, *args: Any, thread: Thread, **options: Any) -> None:
        super().__init__(*args, key=f"answer:{thread.pk}", **options)
        self.fields["body"].label = _("The answer that everybody reads")
        self.fields["body"].help_text = _("Its author and everybody who voted for it or follows it are told.")
        del self.fields["picture"], self.fields["picture_alt"]

    def arguments(self) -> dict[str, Any]:
        """What `answer_idea` takes."""
        names = ("status", "body", "body_format", "due_on", "submission")
        return {name: self.cleaned_data[name] for name in names}


class PersonField(forms.ChoiceField):
    """One of the team, or nobody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.people: dict[str, Membership] = {}

    def offer(self, known: Membership | None) -> None:
        """Those of the team now; whoever is named already stays a choice."""
        team = list(Membership.objects.team().order_by("display_name", "pk")[:MOST_PEOPLE])
        if known is not None and known.pk not in {one.pk for one in team}:
            team.insert(0, known)
        self.people = {str(one.pk): one for one in team}
        self.choices = [("", _("Nobody yet")), *((pk, one.display_name) for pk, one in self.people.items())]

    def clean(self, value: Any) -> Membership | None:
        chosen = super().clean(value)
        return self.people[chosen] if chosen else None


class AssignForm(forms.Form):
    owner = PersonField(label=_("Who answers"))
    due_on = DayField(label=_("Answer promised by"), required=False)
    worth = SumField(
        label=_("What it has brought"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_(
            "In the currency of the results, where it counts once the idea is delivered. Readers do "
            "not see it."
        ),
    )

    def __init__(self, *args: Any, idea: Idea, values: bool, **options: Any) -> None:
        """`values` for managers, who say what it has brought."""
        start = {"owner": idea.owner_id or "", "due_on": idea.due_on, "worth": idea.worth}
        options.setdefault("initial", start)
        super().__init__(*args, **options)
        if not values:
            del self.fields["worth"]
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(idea.owner)


class MergeForm(forms.Form):
    """Into which idea: by its address or its exact title."""

    into = forms.CharField(
        label=_("Merge into"),
        max_length=400,
        help_text=_("The address of the other idea, or its title. It must be in the same box."),
        error_messages={"required": _("Choose the idea to merge it into.")},
    )


class BoxForm(forms.Form):
    """Everything a box asks. Dates are all five or none."""

    question = forms.CharField(
        label=_("Question"),
        max_length=LONGEST_QUESTION,
        required=False,
        help_text=_(
            "The question people are asked, as the title of the box. Leave it empty to use the name "
            "of the space."
        ),
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=LONGEST_RULES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One per line: what is accepted, what becomes of it, who decides."),
    )
    documents = forms.CharField(
        label=_("Documents to read"),
        max_length=MOST_DOCUMENTS * 600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One per line: its title, a vertical bar, its address. Plan | https://example.org/plan.pdf"
        ),
    )
    opens_at = MomentField(label=_("Ideas from"), required=False)
    discusses_at = MomentField(label=_("Ideas until"), required=False)
    votes_at = MomentField(label=_("Votes from"), required=False)
    closes_at = MomentField(label=_("Votes until"), required=False)
    result_at = MomentField(label=_("Result"), required=False)
    votes_each = WholeField(label=_("Votes per person"), min_value=1, max_value=MOST_VOTES)
    winners = WholeField(
        label=_("How many ideas win"),
        min_value=1,
        max_value=MOST_WINNERS,
        help_text=_("Those with the most votes; they come first on the closing page."),
    )
    sponsor = PersonField(
        label=_("Who sees that ideas are answered"),
        help_text=_("They may answer every idea of the box, and are shown which answers are overdue."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, box: Box, **options: Any) -> None:
        self.box = box
        options.setdefault("initial", _values(box))
        super().__init__(*args, **options)
        sponsor = self.fields["sponsor"]
        assert isinstance(sponsor, PersonField)
        sponsor.offer(box.sponsor)

    def clean_question(self) -> str:
        return one_line(self.cleaned_data["question"])

    def clean_documents(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["documents"].splitlines() if line.strip()]
        if len(lines) > MOST_DOCUMENTS:
            said = ngettext("%(most)s document at most.", "%(most)s documents at most.", MOST_DOCUMENTS)
            raise ValidationError(said % {"most": MOST_DOCUMENTS})
        return [_document(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        moments = [data.get(name) for name in MOMENTS]
        if not any(moments) or any(name in self.errors for name in MOMENTS):
            return data
        for name, moment in zip(MOMENTS, moments, strict=True):
            if moment is None:
                self.add_error(
                    name, _("Give all five dates, or none: then ideas and votes are taken at any time.")
                )
        known = [(name, moment) for name, moment in zip(MOMENTS, moments, strict=True) if moment is not None]
        if len(known) == len(MOMENTS):
            self._check_order(known)
        return data

    def _check_order(self, known: list[tuple[str, Any]]) -> None:
        """Discussion may take no time, and the result may be out with the last vote."""
        may_be_same = {"votes_at", "result_at"}
        for (_before, first), (name, second) in pairwise(known):
            if second < first or (second == first and name not in may_be_same):
                self.add_error(name, _("This comes after the date before it."))

    def wishes(self) -> Wishes:
        data = self.cleaned_data
        said = {
            name: data[name]
            for name in ("question", "rules", "documents", "votes_each", "winners", "sponsor")
        }
        return Wishes(**said, moments=[data[name] for name in MOMENTS])


def _values(box: Box) -> dict[str, Any]:
    plain = ("question", "rules", "votes_each", "winners", "version", *MOMENTS)
    documents = "\n".join(f"{one['title']} | {one['url']}" for one in box.documents)
    return {
        **{name: getattr(box, name) for name in plain},
        "documents": documents,
        "sponsor": box.sponsor_id or "",
    }


def _document(line: str) -> dict[str, str]:
    """Raises ValidationError for a line without a title or without an address that a browser opens."""
    title, _bar, url = (part.strip() for part in line.rpartition("|"))
    if not title or not url:
        raise ValidationError(
            gettext("“%(line)s” needs a title, a vertical bar and an address.") % {"line": line[:80]}
        )
    if not opens_in_browser(url):
        said = gettext("“%(url)s” is not an address that a browser can open. Begin with https:// or with /.")
        raise ValidationError(said % {"url": url[:80]})
    return {"title": one_line(title)[:LONGEST_TITLE_OF_DOCUMENT], "url": url}


class PaperForm(forms.Form):
    """A document that is sent to a box."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "class": "input"}),
        help_text=_(
            "A PDF, or a text, table or presentation of an office suite, without macros; 10 MB at most."
        ),
        error_messages={"required": _("Choose a file.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("The text of its link. Leave it empty to use the name of the file."),
    )
