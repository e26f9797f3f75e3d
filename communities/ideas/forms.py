"""What people write about ideas: one to submit, an answer of the team, who answers. A box has `box_forms.py`."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communities.calendar import today
from communities.content.forms import BodyForm, suit_space
from communities.content.models import Space, Thread
from communities.content.tag_input import TagsField
from communities.dates import DayField
from communities.documents import ACCEPTED
from communities.fields import one_line
from communities.figures import SumField
from communities.ideas.models import LONGEST_TITLE, Idea
from communities.models import Community, Membership

# Of the team, among whom one is chosen.
MOST_PEOPLE = 200


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


def _not_passed(
    due_on: datetime.date | None, community: Community, *, known: datetime.date | None = None
) -> datetime.date | None:
    """Nobody promises for yesterday; what was promised before (`known`) and is overdue may stay as it is."""
    if due_on is not None and due_on != known and due_on < today(community):
        raise ValidationError(_("This day has passed. Choose one that is to come, or leave it empty."))
    return due_on


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
        self.community = thread.community
        self.fields["body"].label = _("The answer that everybody reads")
        self.fields["body"].help_text = _("Its author and everybody who voted for it or follows it are told.")
        del self.fields["picture"], self.fields["picture_alt"]

    def clean_due_on(self) -> datetime.date | None:
        return _not_passed(self.cleaned_data["due_on"], self.community)

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
            "In the currency of the results, where it counts once the idea is delivered. Readers only "
            "see it if its box shows it on the closing page."
        ),
    )

    def __init__(self, *args: Any, idea: Idea, values: bool, **options: Any) -> None:
        """`values` for managers, who say what it has brought."""
        start = {"owner": idea.owner_id or "", "due_on": idea.due_on, "worth": idea.worth}
        options.setdefault("initial", start)
        super().__init__(*args, **options)
        self.idea = idea
        if not values:
            del self.fields["worth"]
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(idea.owner)

    def clean_due_on(self) -> datetime.date | None:
        idea = self.idea
        return _not_passed(self.cleaned_data["due_on"], idea.community, known=idea.due_on)


class MergeForm(forms.Form):
    """Into which idea: by its address or its exact title."""

    into = forms.CharField(
        label=_("Merge into"),
        max_length=400,
        help_text=_("The address of the other idea, or its title. It must be in the same box."),
        error_messages={"required": _("Choose the idea to merge it into.")},
    )


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
