"""What the journal of the team says of boxes and of ideas that were merged."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.content.models import Space, Thread
from communities.ideas.boxes import EDIT, OPEN, REOPEN
from communities.ideas.joining import ACT
from communities.ideas.papers import ADD, REMOVE
from communities.ideas.phases import MOMENTS
from communities.journal.acts import Act, register_act
from communities.journal.models import Change

FIELDS = {
    "question": _("Question"),
    "rules": _("Rules"),
    "documents": _("Documents to read"),
    "opens_at": _("Ideas from"),
    "discusses_at": _("Discussion from"),
    "votes_at": _("Votes from"),
    "closes_at": _("Votes until"),
    "result_at": _("Result"),
    "votes_each": _("Votes per person"),
    "winners": _("Ideas that win"),
    "sponsor": _("Who sees that ideas are answered"),
    "answers_in": _("Days to answer an idea"),
    "shows_worth": _("What delivered ideas have brought is said on the closing page"),
}


def register() -> None:
    for name, label in (
        (EDIT, _("Ideas box changed")),
        (OPEN, _("Ideas box opened")),
        (REOPEN, _("Ideas box prepared for next year")),
    ):
        register_act(Act(name, label, FIELDS, url=_box, shown=_shown))
    for name, label in (
        (ADD, _("Document added to an ideas box")),
        (REMOVE, _("Document taken from an ideas box")),
    ):
        register_act(Act(name, label, {"title": _("Title")}, url=_box))
    register_act(Act(ACT, _("Ideas merged"), {"into": _("Into")}, url=_idea))


def _box(change: Change) -> str:
    space = Space.objects.filter(pk=int(change.about)).first()
    return space.get_absolute_url() if space is not None else ""


def _idea(change: Change) -> str:
    thread = Thread.objects.select_related("space").filter(pk=int(change.about)).first()
    return thread.get_absolute_url() if thread is not None else ""


def _shown(name: str, value: Any) -> str | None:
    if name in MOMENTS and value:
        return date_format(timezone.localtime(datetime.datetime.fromisoformat(value)), "DATETIME_FORMAT")
    return None
