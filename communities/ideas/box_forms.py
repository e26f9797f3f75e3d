"""What a manager says of a box, in four steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.dates import MomentField
from communities.fields import one_line
from communities.figures import WholeField
from communities.ideas.boxes import PLAIN, Wishes, opens_in_browser
from communities.ideas.forms import PersonField
from communities.ideas.models import (
    LONGEST_QUESTION,
    LONGEST_RULES,
    MOST_DAYS,
    MOST_DOCUMENTS,
    MOST_VOTES,
    MOST_WINNERS,
    Box,
)
from communities.ideas.phases import MOMENTS
from communities.templatetags.parvis import exact, number

LONGEST_TITLE_OF_DOCUMENT = 120
# Each with its fields; a test sees that none is left out.
STEPS = (
    ("ask", _("Question and rules"), ("question", "rules", "documents")),
    ("when", _("Dates of the phases"), MOMENTS),
    ("votes", _("Votes and winners"), ("votes_each", "winners")),
    ("answers", _("Who answers, and by when"), ("sponsor", "answers_in", "shows_worth")),
)

HINTS = {
    "when": _(
        "Phases open and close automatically on their dates. Give all five, or none: then ideas and votes are taken at "
        "any time."
    ),
}


@dataclass(frozen=True)
class Step:
    """One part of the form: what it is about, what the box says of it now, its fields."""

    number: int
    label: Promise
    summary: str
    hint: Promise | str
    fields: Sequence[forms.BoundField]

    @property
    def errors(self) -> int:
        """How many of its fields are to be corrected."""
        return sum(bool(field.errors) for field in self.fields)


class BoxForm(forms.Form):
    """Everything a box asks, in four steps on one page. Dates are all five or none."""

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
    answers_in = WholeField(
        label=_("Days to answer an idea"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_(
            "An answer to each new idea is promised so many days after it was submitted, which its readers see. Leave "
            "it empty to promise nothing."
        ),
    )
    shows_worth = forms.BooleanField(
        label=_("Say on the closing page what delivered ideas have brought"),
        required=False,
        help_text=_(
            "The sums that managers have entered, one by one and together, for everybody who reads the box."
        ),
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
        return Wishes(**{name: data[name] for name in PLAIN}, moments=[data[name] for name in MOMENTS])

    def steps(self) -> list[Step]:
        """The parts of the form in their order, each with what it says now."""
        said = _summaries(self.box)
        return [
            Step(number, label, said[name], HINTS.get(name, ""), [self[field] for field in fields])
            for number, (name, label, fields) in enumerate(STEPS, 1)
        ]


def _summaries(box: Box) -> dict[str, str]:
    """What a box says now, by step, in a few words."""
    votes = ngettext("%(n)s vote per person", "%(n)s votes per person", box.votes_each)
    wins = ngettext("%(n)s idea wins", "%(n)s ideas win", box.winners)
    who = box.sponsor.display_name if box.sponsor else gettext("Nobody yet")
    return {
        "ask": box.question or box.space.name,
        "when": _dates(box),
        "votes": f"{votes % {'n': number(box.votes_each)}} · {wins % {'n': number(box.winners)}}",
        "answers": f"{who} · {_promise(box)}",
    }


def _dates(box: Box) -> str:
    if box.opens_at is None or box.result_at is None:
        return gettext("No dates: ideas and votes at any time")
    words = {"begins": exact(localtime(box.opens_at)), "ends": exact(localtime(box.result_at))}
    return gettext("from %(begins)s to %(ends)s") % words


def _promise(box: Box) -> str:
    if box.answers_in is None:
        return gettext("no day promised")
    said = ngettext("an answer within %(n)s day", "an answer within %(n)s days", box.answers_in)
    return said % {"n": number(box.answers_in)}


def _values(box: Box) -> dict[str, Any]:
    plain = ("question", "rules", "votes_each", "winners", "answers_in", "shows_worth", "version", *MOMENTS)
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
